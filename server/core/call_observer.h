// What happens to calls at the edge of the server, for metrics. Kept in core so that neither rpc
// nor metrics needs the other.
#ifndef QUARTET_CORE_CALL_OBSERVER_H_
#define QUARTET_CORE_CALL_OBSERVER_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

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

// What a log line may say of a call, name and value; never a client's text.
using CallNotes = std::vector<std::pair<std::string, std::string>>;
inline const CallNotes kNoNotes;

// A call that has ended. What it refers to lives as long as the observer's function runs.
struct HandledCall {
  const MethodName& method;
  absl::StatusCode code;              // what the client got; kCancelled when it had gone
  Duration handling{};                // from arrival to answer
  std::string_view request_id = {};   // the client's x-request-id; empty: it sent none
  const CallNotes& notes = kNoNotes;  // of slow and of failed calls
};

// Called from any thread; must be quick and must not block. `method` is one of the methods that
// the observer was told of when it was made.
class CallObserver {
 public:
  virtual ~CallObserver() = default;
  virtual void OnCallStarted(const MethodName& method) = 0;
  virtual void OnCallHandled(const HandledCall& call) = 0;  // once for each started call
};

}  // namespace quartet

#endif  // QUARTET_CORE_CALL_OBSERVER_H_
