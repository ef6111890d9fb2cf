// Calls of the peers that speak HTTP and JSON.
#ifndef QUARTET_BENCH_TRANSPORT_HTTP_TRANSPORT_H_
#define QUARTET_BENCH_TRANSPORT_HTTP_TRANSPORT_H_

#include <curl/curl.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "core/clock.h"
#include "core/mutex.h"
#include "core/thread_annotations.h"
#include "load/in_flight.h"
#include "load/transport.h"

namespace quartet::bench {

// A call is "OK" if it brought status 200 and a body, which is not parsed: the generator shares
// the server's cores, and a slow JSON parser here must not count against a peer. Else "HTTP 503",
// or libcurl's words for what went wrong ("Couldn't connect to server").
class HttpTransport final : public Transport {
 public:
  struct Options {
    std::string url;
    std::string texts_field;  // of the JSON body
    std::string model;        // its "model" field; empty: none
    Duration deadline{};      // of every call
  };

  explicit HttpTransport(Options options);
  ~HttpTransport() override;  // after Drain()

  void Start(std::span<const std::string> texts, Done done) override;
  std::size_t in_flight() const override { return in_flight_.count(); }
  void Drain() override { in_flight_.WaitForNone(); }

 private:
  struct Call;
  void Transfer() QUARTET_EXCLUDES(mutex_);
  // False: stopping.
  bool AddNew() QUARTET_EXCLUDES(mutex_);
  void FinishDone();

  const Options options_;
  CURLM* const multi_;  // used by the transferring thread only, but for curl_multi_wakeup
  curl_slist* headers_ = nullptr;
  InFlight in_flight_;
  Mutex mutex_;
  std::vector<std::unique_ptr<Call>> new_ QUARTET_GUARDED_BY(mutex_);
  bool stopping_ QUARTET_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace quartet::bench

#endif  // QUARTET_BENCH_TRANSPORT_HTTP_TRANSPORT_H_
