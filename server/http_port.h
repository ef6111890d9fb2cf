// The optional HTTP port: the paths and the server that carries them.
#ifndef QUARTET_HTTP_PORT_H_
#define QUARTET_HTTP_PORT_H_

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "config.h"
#include "http/http_api.h"
#include "http/http_server.h"

namespace quartet {

class HttpPort {
 public:
  // Listens at once on --http-listen, which is not "none". All must outlive it, and `backend` must
  // answer until it is gone. UNAVAILABLE: the address can't be bound.
  static absl::StatusOr<std::unique_ptr<HttpPort>> Open(const Config& config, const Clock& clock,
                                                        CallObserver& observer, CallerGate* gate,
                                                        HttpApi::Backend backend);

  static std::vector<MethodName> Methods() { return HttpApi::Methods(); }

  int port() const { return server_->port(); }

  // As HttpServer has them.
  void StopTaking() { server_->StopTaking(); }
  bool WaitUntilAnswered(TimePoint deadline) { return server_->WaitUntilAnswered(deadline); }

 private:
  explicit HttpPort(std::unique_ptr<HttpApi> api) : api_(std::move(api)) {}

  const std::unique_ptr<HttpApi> api_;
  std::unique_ptr<HttpServer> server_;  // goes first
};

}  // namespace quartet

#endif  // QUARTET_HTTP_PORT_H_
