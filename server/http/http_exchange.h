// One request and its answer on a connection, parsed and written by httplib.
#ifndef QUARTET_HTTP_HTTP_EXCHANGE_H_
#define QUARTET_HTTP_HTTP_EXCHANGE_H_

#include <httplib.h>

#include <string>

#include "absl/status/statusor.h"
#include "calls/in_flight.h"
#include "http/http_api.h"
#include "http/http_connection.h"

namespace quartet {

// httplib's server with our sockets and threads in place of its own: in 0.11.4 those have queues
// without a bound, and a loop that ends for good when the system is short of something.
class HttpExchange final : private httplib::Server {
 public:
  struct Listening {
    int socket;  // stays this object's
    int port;
  };

  // `api` must outlive it.
  explicit HttpExchange(HttpApi& api);
  ~HttpExchange() override;

  // Once. UNAVAILABLE: the address can't be bound.
  absl::StatusOr<Listening> Listen(const std::string& address);

  // Reads a request and answers it. False: the connection is to end, as `is_last` asks for, too.
  // `taken` counts the request from when all of it has arrived until its answer is written.
  // Thread-safe.
  bool Run(HttpConnection& connection, bool is_last, InFlight& taken);
};

}  // namespace quartet

#endif  // QUARTET_HTTP_HTTP_EXCHANGE_H_
