// grpc_server_*: calls as go-grpc-middleware counts them, so that its dashboards fit.
#ifndef QUARTET_METRICS_CALL_METRICS_H_
#define QUARTET_METRICS_CALL_METRICS_H_

#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <array>
#include <vector>

#include "core/call_observer.h"

namespace quartet {

// Calls of all methods so far.
struct CallTotals {
  double started = 0;
  double ok = 0;  // answered with OK
};

// Thread-safe; takes no lock but the histogram's own.
class CallMetrics final : public CallObserver {
 public:
  // Registers every code of each method at zero. `registry` must outlive this.
  CallMetrics(prometheus::Registry& registry, const std::vector<MethodName>& methods);

  void OnCallStarted(const MethodName& method) override;
  void OnCallHandled(const HandledCall& call) override;

  CallTotals Totals() const;

 private:
  static constexpr std::size_t kCodes = 17;  // OK .. UNAUTHENTICATED, 0..16

  struct Method {
    MethodName name;
    prometheus::Counter* started;
    prometheus::Histogram* handling;
    std::array<prometheus::Counter*, kCodes> handled;
  };

  Method& Find(const MethodName& name);

  std::vector<Method> methods_;  // constant after construction
};

}  // namespace quartet

#endif  // QUARTET_METRICS_CALL_METRICS_H_
