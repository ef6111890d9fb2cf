// How calls reach a server.
#ifndef QUARTET_BENCH_LOAD_TRANSPORT_H_
#define QUARTET_BENCH_LOAD_TRANSPORT_H_

#include <cstddef>
#include <functional>
#include <span>
#include <string>

namespace quartet::bench {

// The status of a call that got its vectors; any other is the name of what went wrong.
inline constexpr const char* kOk = "OK";

// Thread-safe.
class Transport {
 public:
  // "OK", or a status code's name ("UNAVAILABLE", "HTTP 503"). Called exactly once for each call,
  // from a thread of the transport, and before the call leaves in_flight(): a call that it starts
  // in turn never lets Drain() see zero in between.
  using Done = std::function<void(std::string status)>;

  virtual ~Transport() = default;

  // Sends one call and returns without waiting. `texts` are read before it returns.
  virtual void Start(std::span<const std::string> texts, Done done) = 0;

  // Calls started and not yet done.
  virtual std::size_t in_flight() const = 0;

  // Waits until none is in flight. Every call has a deadline, so this ends.
  virtual void Drain() = 0;
};

}  // namespace quartet::bench

#endif  // QUARTET_BENCH_LOAD_TRANSPORT_H_
