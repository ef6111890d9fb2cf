// What the paths of the HTTP port do.
#ifndef QUARTET_HTTP_HTTP_API_H_
#define QUARTET_HTTP_HTTP_API_H_

#include <atomic>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "calls/caller_gate.h"
#include "calls/deadline_limits.h"
#include "calls/text_limits.h"
#include "core/call_observer.h"
#include "core/clock.h"
#include "core/request.h"
#include "core/served_model.h"
#include "http/answer_json.h"
#include "http/http_message.h"
#include "http/request_json.h"

namespace quartet {

// One path that is served. A path for embeddings has `parse` and `answer`; the others tell facts.
struct HttpRoute {
  enum class Kind { kHealth, kModels, kEmbed };

  Kind kind;
  MethodName name;  // its method is the path, for metrics and the log
  absl::StatusOr<EmbedCall> (*parse)(const std::string&, const RequestLimits&) = nullptr;
  HttpAnswer (*answer)(const EmbedResult&, const VectorOptions&, const ModelInfo&) = nullptr;

  std::string_view path() const { return name.method; }
  bool is_post() const { return kind == Kind::kEmbed; }  // else GET
};

// Thread-safe.
class HttpApi {
 public:
  struct Options {
    RequestLimits limits;
    DeadlineLimits deadlines;
    Duration slow_call = Duration::max();  // longer calls are described to the observer
    CallerGate* gate = nullptr;            // null: everyone may call; else outlives this
    bool open_health = true;               // /health does not ask the gate
  };

  // They must not block.
  struct Backend {
    std::function<ServedModelPtr()> served;  // the model for calls that come now
    std::function<bool()> is_ready;
    // Takes a request and answers it, now or later, exactly once.
    std::function<void(Request)> embed;
  };

  // `clock` and `observer` must outlive this.
  HttpApi(Options options, const Clock& clock, CallObserver& observer, Backend backend);

  static std::span<const HttpRoute> Routes();
  // Every route, for an observer that wants to know them beforehand.
  static std::vector<MethodName> Methods();

  // Blocks until the request is answered. `is_gone`: nobody will read the answer.
  HttpAnswer Answer(const HttpRoute& route, const HttpRequest& request,
                    const std::function<bool()>& is_gone);

  // From now on requests are UNAVAILABLE; those inside are still answered.
  void StopTaking() { is_stopping_ = true; }

  // Nobody waits any more for the requests inside.
  void CancelAll() { is_cancelled_ = true; }

 private:
  absl::StatusOr<HttpAnswer> Serve(const HttpRoute& route, const HttpRequest& request,
                                   const std::function<bool()>& is_gone, CallNotes& notes);
  absl::StatusOr<HttpAnswer> Embed(const HttpRoute& route, const HttpRequest& request,
                                   ClientId client, const std::function<bool()>& is_gone,
                                   CallNotes& notes);

  const Options options_;
  const Clock& clock_;
  CallObserver& observer_;
  const Backend backend_;
  std::atomic<bool> is_stopping_ = false;
  std::atomic<bool> is_cancelled_ = false;
};

}  // namespace quartet

#endif  // QUARTET_HTTP_HTTP_API_H_
