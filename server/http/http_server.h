// The listening HTTP server: its port, its limits, its threads and how it stops.
#ifndef QUARTET_HTTP_HTTP_SERVER_H_
#define QUARTET_HTTP_HTTP_SERVER_H_

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "core/clock.h"
#include "http/http_api.h"

namespace quartet {

// Plain HTTP/1.1, without TLS. A thread serves a connection as long as it lives; an idle one ends
// after 15 s, or when another one waits for its thread.
class HttpServer {
 public:
  struct Options {
    std::string address;  // "host:port"; port 0 is any free one
    // Connections at a time; more wait.
    std::size_t threads = 64;
    // Older connections are closed after an answer. Zero: never.
    Duration max_connection_age = std::chrono::minutes(5);
  };

  // Listens at once. `api` must outlive the server. UNAVAILABLE: the address can't be bound.
  static absl::StatusOr<std::unique_ptr<HttpServer>> Create(const Options& options, HttpApi& api);
  // Stops at once, if that was not done yet, and joins the threads: the requests inside are
  // answered first, so whatever answers them must still run.
  ~HttpServer();

  int port() const;

  // No new connections and requests; idle connections end.
  void StopTaking();

  // After StopTaking: waits for the requests that have arrived, and for a second for those that
  // just do. False when some were not answered by then: they were cancelled. Then every connection
  // ends, whatever its client does.
  bool WaitUntilAnswered(TimePoint deadline);

 private:
  class Listener;  // httplib's

  explicit HttpServer(std::unique_ptr<Listener> listener);

  const std::unique_ptr<Listener> listener_;
};

}  // namespace quartet

#endif  // QUARTET_HTTP_HTTP_SERVER_H_
