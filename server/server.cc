#include "server.h"

#include <malloc.h>

#include <chrono>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "host/cgroup.h"
#include "host/compute_threads.h"
#include "host/cpu_pace.h"
#include "host/process_stats.h"
#include "log.h"
#include "model/torchscript_model.h"
#include "port_options.h"
#include "rpc/library_log.h"
#include "served_methods.h"
#include "startup_log.h"
#include "version.h"

namespace quartet {
namespace {

// How often memory and lanes are looked at: memory is not far from what the last look saw.
constexpr Duration kLookPeriod = std::chrono::milliseconds(200);

// The largest batch of the default model takes 0.1 s; also a large model on a tenth of a core is
// done by then.
constexpr Duration kStuckForward = std::chrono::seconds(30);

// How often memory that malloc has kept is given back, while no forward runs: after the attacks of
// tests/end_to_end/attacks.py that was 75 MB of 215. Below kUsualGrowth it is left alone.
constexpr Duration kTrimPeriod = std::chrono::seconds(10);
constexpr double kUsualGrowth = 1.1;

// Health checks are small.
constexpr std::size_t kAdminBufferBytes = std::size_t{8} << 20;

int ThreadsOf(const Config& config, const Cgroup& cgroup) {
  return ComputeThreads(config.intra_op_threads, cgroup.Read().cpu_limit_cores, UsableCpus());
}

// Before each batch of a lane; empty where the kernel never stops the process: without a quota, or
// with one that all CPUs together can't use up.
std::function<void()> PaceOf(std::optional<double> quota_cores) {
  if (!quota_cores || *quota_cores >= UsableCpus()) return {};
  return [pace = std::make_shared<CpuPace>(*quota_cores)] {
    const auto pause = pace->PauseAt(std::chrono::steady_clock::now(), ProcessCpuTime());
    if (pause > Duration::zero()) std::this_thread::sleep_for(pause);
  };
}

ModelFile FileOf(const Config& config) {
  return {config.model,
          {.sha256 = config.model_sha256 == "none" ? "" : config.model_sha256,
           .allow_foreign = config.allow_foreign_model}};
}

// "host:port" with the port that was really bound.
std::string WithPort(const std::string& address, int port) {
  return absl::StrCat(address.substr(0, address.rfind(':')), ":", port);
}

ExitCode Failed(ExitCode code, const absl::Status& status) {
  Log(LogLevel::kError, "start failed", {{"reason", std::string(status.message())}});
  return code;
}

}  // namespace

Server::Server(Config config)
    : config_(std::move(config)),
      lanes_(static_cast<std::size_t>(ThreadsOf(config_, cgroup_))),
      start_(clock_.Now()),
      phase_start_(start_),
      metrics_(ServedMethods(config_)),
      call_log_(metrics_.calls(), SlowCall(config_)),
      current_model_(FileOf(config_), cgroup_, clock_, metrics_),
      access_(config_.security, metrics_.security(), metrics_.clients(), start_) {
  metrics_.SetBuildInfo(kVersion);
}

ExitCode Server::Start() {
  LogStart(config_, cgroup_.Read(), UsableCpus(), lanes_);
  RedirectLibraryLogs([](const std::string& message) {
    Log(LogLevel::kDebug, "library", {{"message", message}});
  });
  if (const absl::Status status = access_.Load(); !status.ok()) {
    return Failed(kExitBadConfig, status);
  }
  if (const absl::Status status = LoadModel(); !status.ok()) return Failed(kExitModel, status);
  StartPipeline();
  if (const absl::Status status = Listen(); !status.ok()) return Failed(kExitAddress, status);
  model_probe_ =
      std::make_unique<ModelProbe>([this] { return metrics_.pipeline().FailedForwards(); },
                                   [this] { return current_model_.Get()->self_test(); });
  current_model_.AllowReloads(*pipeline_, [this] { NoteUsualMemory(); });
  NoteUsualMemory();
  watchdog_ = std::make_unique<Watchdog>(kLookPeriod, [this] {
    LookAtMemory();
    LookAtLanes();
    LookAtModel();
    metrics_.SetOldestWait(pipeline_->OldestWait());
    LookForFreedMemory();
    LookAtCalls(clock_.Now());
  });
  health_.SetReady(true);
  const double seconds = ToSeconds(clock_.Now() - start_);
  metrics_.SetStartupSeconds("total", seconds);
  LogReady(seconds);
  return kExitClean;
}

ExitCode Server::Stop() {
  metrics_.SetDraining();
  health_.SetDraining();
  // Clients that watch health, and Kubernetes, take a while to go elsewhere. A call that arrives
  // on an old connection after the goodbye would be CANCELLED, which nobody tries again.
  std::this_thread::sleep_for(config_.lame_duck);
  const TimePoint deadline = clock_.Now() + config_.drain_timeout;
  if (http_port_) http_port_->StopTaking();
  bool all_answered = grpc_server_->Shutdown(config_.drain_timeout);
  if (http_port_ && !http_port_->WaitUntilAnswered(deadline)) all_answered = false;
  current_model_.ForbidReloads();
  watchdog_.reset();
  LookAtCalls(clock_.Now() + kBurstQuiet);
  const CallTotals totals = metrics_.calls().Totals();
  Log(LogLevel::kInfo, "stopped",
      {{"drained", all_answered ? "true" : "false"},
       {"calls", absl::StrCat(totals.started)},
       {"ok", absl::StrCat(totals.ok)}});
  return all_answered ? kExitClean : kExitDrainDeadline;
}

absl::Status Server::LoadModel() {
  // Each lane computes a batch of its own on its own thread: no thread of libtorch's beside them.
  ConfigureTorch(/*threads_per_forward=*/1);
  if (absl::Status loaded = current_model_.Load(); !loaded.ok()) return loaded;
  EndPhase("model");
  if (absl::Status tested = current_model_.Test(); !tested.ok()) return tested;
  EndPhase("self_test");
  return absl::OkStatus();
}

void Server::StartPipeline() {
  const Pipeline::Options options = {
      .lanes = lanes_,
      .max_batch_items = static_cast<std::size_t>(config_.max_batch_items),
      .max_queue_tokens = config_.max_queue_tokens,
      .max_queue_time = config_.max_queue_time,
      .cache_bytes = config_.cache_bytes,
      .max_client_calls = config_.max_client_calls,
      .pace = PaceOf(cgroup_.Read().cpu_limit_cores)};
  pipeline_ = std::make_unique<Pipeline>(options, clock_, metrics_.pipeline());
  pipeline_->Prepare(*current_model_.Get()->model);
  embedding_service_ = std::make_unique<EmbeddingService>(
      EmbeddingService::Options{.limits = LimitsOf(config_),
                                .deadlines = DeadlinesOf(config_),
                                .server_version = kVersion},
      clock_,
      EmbeddingService::Backend{
          .served = [this] { return current_model_.Get(); },
          .embed = [this](Request request) { pipeline_->Submit(std::move(request)); },
          .tokenize =
              [this](TokenizeRequest request) { pipeline_->SubmitTokenize(std::move(request)); }});
  tei_service_ = std::make_unique<TeiService>(
      *embedding_service_, clock_,
      TeiCapacity{.queue_tokens = config_.max_queue_tokens,
                  .batch_items = static_cast<std::size_t>(config_.max_batch_items)});
}

absl::Status Server::Listen() {
  auto endpoint = MetricsEndpoint::Create(config_.metrics_listen,
                                          {.metrics = [this] { return MetricsPage(); },
                                           .alive = [this] { return health_.IsAlive(); },
                                           .ready = [this] { return health_.IsReady(); },
                                           .may_scrape = access_.may_scrape()});
  if (!endpoint.ok()) return endpoint.status();
  metrics_endpoint_ = *std::move(endpoint);
  if (config_.admin_listen != "none") {
    const GrpcServer::Options options = {
        .address = config_.admin_listen,
        .buffer_bytes = kAdminBufferBytes,
        .tls = config_.security.admin_tls ? access_.tls() : std::nullopt};
    auto admin = GrpcServer::Create(options, nullptr, admin_health_service_, clock_, call_log_);
    if (!admin.ok()) return admin.status();
    admin_server_ = *std::move(admin);
  }
  const GrpcServer::Options options = {
      .address = config_.listen,
      .buffer_bytes = BufferBytes(cgroup_.Read().memory_limit_bytes),
      .max_connection_age = config_.max_connection_age,
      .slow_call = SlowCall(config_),
      .tls = access_.tls(),
      .gate = access_.gate(),
      .open_health = config_.security.open_health,
      .tei = tei_service_.get()};
  auto server =
      GrpcServer::Create(options, embedding_service_.get(), health_service_, clock_, call_log_);
  if (!server.ok()) return server.status();
  grpc_server_ = *std::move(server);
  if (config_.http_listen != "none") {
    auto port = HttpPort::Open(
        config_, clock_, call_log_, access_.gate(),
        {.served = [this] { return current_model_.Get(); },
         .is_ready = [this] { return health_.IsReady(); },
         .embed = [this](Request request) { pipeline_->Submit(std::move(request)); }});
    if (!port.ok()) return port.status();
    http_port_ = *std::move(port);
  }
  EndPhase("listen");
  return absl::OkStatus();
}

std::string Server::MetricsPage() {
  metrics_.SetReady(health_.IsReady());
  metrics_.SetAlive(health_.IsAlive());
  return metrics_.Page();
}

void Server::LogReady(double seconds) const {
  const ServedModelPtr served = current_model_.Get();
  Log(LogLevel::kInfo, "ready",
      {{"address", WithPort(config_.listen, grpc_server_->port())},
       {"metrics", WithPort(config_.metrics_listen, metrics_endpoint_->port())},
       {"admin", admin_server_ ? WithPort(config_.admin_listen, admin_server_->port()) : "none"},
       {"http", http_port_ ? WithPort(config_.http_listen, http_port_->port()) : "none"},
       {"model", served->info.name},
       {"fingerprint", served->info.fingerprint},
       {"engine", served->engine},
       {"threads", absl::StrCat(lanes_)},
       {"memory", InMegabytes(ReadProcessStats().resident_bytes)},
       {"startup", absl::StrCat(static_cast<int>(seconds * 1000), "ms")}});
}

void Server::LookAtMemory() {
  const CgroupStats stats = cgroup_.Read();
  if (!stats.working_set_bytes || !stats.memory_limit_bytes) return;
  const double used = static_cast<double>(*stats.working_set_bytes) /
                      static_cast<double>(*stats.memory_limit_bytes);
  const MemoryGate next = NextMemoryGate(memory_gate_, used);
  if (next.closed != memory_gate_.closed) {
    pipeline_->SetMemoryIsShort(next.closed);
    Log(LogLevel::kWarning, next.closed ? "memory is short" : "memory is free again",
        {{"working_set", absl::StrCat(*stats.working_set_bytes)},
         {"limit", absl::StrCat(*stats.memory_limit_bytes)}});
  }
  if (next.trim) malloc_trim(0);
  memory_gate_ = next;
}

void Server::NoteUsualMemory() { usual_resident_ = ReadProcessStats().resident_bytes; }

void Server::LookForFreedMemory() {
  const TimePoint now = clock_.Now();
  if (now < next_trim_ || pipeline_->LongestForward() > Duration::zero()) return;
  next_trim_ = now + kTrimPeriod;
  const auto usual = static_cast<double>(usual_resident_) * kUsualGrowth;
  if (static_cast<double>(ReadProcessStats().resident_bytes) > usual) malloc_trim(0);
}

void Server::LookAtCalls(TimePoint now) {
  access_.Look(now);
  for (const CallLogLine& line : call_log_.Take()) Log(line.level, line.event, line.fields);
  const auto burst = refused_bursts_.Look(now, metrics_.pipeline().Rejected());
  if (burst) Log(LogLevel::kWarning, "calls refused", FieldsOf(*burst, kRejectReasons));
}

void Server::LookAtLanes() {
  const Duration forward = pipeline_->LongestForward();
  const bool alive = forward < kStuckForward;
  if (alive == lanes_are_alive_) return;
  lanes_are_alive_ = alive;
  health_.SetAlive(alive);
  Log(LogLevel::kError, alive ? "lanes work again" : "a forward is stuck",
      {{"seconds", absl::StrCat(ToSeconds(forward))}});
}

void Server::LookAtModel() {
  const absl::Status tested = model_probe_->Look();
  if (tested.ok() == model_is_right_) return;
  model_is_right_ = tested.ok();
  health_.SetReady(model_is_right_);
  Log(LogLevel::kError, model_is_right_ ? "the model is right again" : "the model fails its test",
      {{"reason", std::string(tested.message())}});
}

void Server::EndPhase(const std::string& phase) {
  const TimePoint now = clock_.Now();
  metrics_.SetStartupSeconds(phase, ToSeconds(now - phase_start_));
  phase_start_ = now;
}

}  // namespace quartet
