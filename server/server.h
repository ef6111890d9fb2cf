// The whole service: builds its parts bottom up, stops them top down. The only file that knows all
// parts.
#ifndef QUARTET_SERVER_H_
#define QUARTET_SERVER_H_

#include <atomic>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "access.h"
#include "call_log.h"
#include "config.h"
#include "core/clock.h"
#include "current_model.h"
#include "exit_codes.h"
#include "host/cgroup.h"
#include "http_port.h"
#include "metrics/endpoint.h"
#include "metrics/metrics.h"
#include "model_probe.h"
#include "pipeline/memory_gate.h"
#include "pipeline/pipeline.h"
#include "refused_bursts.h"
#include "rpc/embedding_service.h"
#include "rpc/grpc_server.h"
#include "rpc/health_service.h"
#include "rpc/tei_service.h"
#include "watchdog.h"

namespace quartet {

class Server {
 public:
  explicit Server(Config config);

  // Once. Loads and self-tests the model, listens, says SERVING and logs `ready`; blocks until
  // then. Not kExitClean: it failed, and one line was logged that says why.
  ExitCode Start();

  // After a clean Start. Looks whether the file of --model is another one, and serves that one if
  // it is good; returns at once. Every outcome is a log line and counted.
  void ReloadModel() { current_model_.Reload(); }

  // Once, after a clean Start. Says NOT_SERVING, takes calls for --lame-duck more and answers the
  // accepted ones; kExitDrainDeadline when some were not answered within --drain-timeout.
  ExitCode Stop();

 private:
  absl::Status LoadModel();
  void StartPipeline();
  absl::Status Listen();
  std::string MetricsPage();
  void LogReady(double seconds) const;
  // The watchdog's looks.
  void LookAtMemory();
  void LookAtLanes();
  void LookAtModel();
  void LookForFreedMemory();
  // After the start, and after a change of the model: what memory the process needs at rest.
  void NoteUsualMemory();
  void LookAtCalls(TimePoint now);
  // Ends a phase of the start, which began when the one before it ended.
  void EndPhase(const std::string& phase);

  const Config config_;
  const SystemClock clock_;
  const Cgroup cgroup_;
  const std::size_t lanes_;
  const TimePoint start_;
  TimePoint phase_start_;

  // Bottom up: each part uses those above it, and goes before them.
  Metrics metrics_;
  CallLog call_log_;
  CurrentModel current_model_;
  Access access_;
  std::unique_ptr<Pipeline> pipeline_;
  std::unique_ptr<EmbeddingService> embedding_service_;
  std::unique_ptr<TeiService> tei_service_;
  HealthState health_;
  HealthService health_service_{health_};
  HealthService admin_health_service_{health_};
  std::unique_ptr<MetricsEndpoint> metrics_endpoint_;
  std::unique_ptr<GrpcServer> admin_server_;  // null: not wanted
  std::unique_ptr<GrpcServer> grpc_server_;
  std::unique_ptr<HttpPort> http_port_;  // null: not wanted

  // The watchdog's alone.
  MemoryGate memory_gate_;
  RefusedBursts<RejectCounts> refused_bursts_{start_};
  bool lanes_are_alive_ = true;
  bool model_is_right_ = true;
  std::unique_ptr<ModelProbe> model_probe_;
  std::atomic<std::int64_t> usual_resident_ = 0;  // set again, by another thread, for a new model
  TimePoint next_trim_{};
  std::unique_ptr<Watchdog> watchdog_;
};

}  // namespace quartet

#endif  // QUARTET_SERVER_H_
