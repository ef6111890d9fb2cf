// What happens to calls at the edge of the server, for metrics. Kept in core so that neither rpc
// nor metrics needs the other.
#ifndef QUARTET_CORE_CALL_OBSERVER_H_
#define QUARTET_CORE_CALL_OBSERVER_H_

#include <string_view>

#include "absl/status/status.h"
#include "core/clock.h"

namespace quartet {

enum class MethodType { kUnary, kServerStream, kBidiStream };

// One method of the API; instances live as long as the program.
struct MethodName {
  std::string_view service;  // "quartet.v1.EmbeddingService"
  std::string_view method;   // "Embed"
  MethodType type;
};

// Called from any thread; must be quick and must not block. `method` is one of the methods that
// the observer was told of when it was made.
class CallObserver {
 public:
  virtual ~CallObserver() = default;
  virtual void OnCallStarted(const MethodName& method) = 0;
  // Once for each started call. `code` is what the client got; kCancelled when it had gone.
  virtual void OnCallHandled(const MethodName& method, absl::StatusCode code,
                             Duration handling) = 0;
};

}  // namespace quartet

#endif  // QUARTET_CORE_CALL_OBSERVER_H_
