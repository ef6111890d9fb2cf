// The HTTP paths in front of a handler that the test holds in its hand.
#ifndef QUARTET_TESTS_HTTP_HTTP_FIXTURE_H_
#define QUARTET_TESTS_HTTP_HTTP_FIXTURE_H_

#include <atomic>
#include <catch2/catch.hpp>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "core/mutex.h"
#include "fakes/fake_served_model.h"
#include "http/http_api.h"

namespace quartet {

class RecordingCallObserver final : public CallObserver {
 public:
  void OnCallStarted(const MethodName&) override {
    const MutexLock lock(mutex_);
    ++started_;
  }
  void OnCallHandled(const HandledCall& call) override {
    const MutexLock lock(mutex_);
    calls_.emplace_back(call.method.method, call.code);
    request_id_ = call.request_id;
  }
  int started() {
    const MutexLock lock(mutex_);
    return started_;
  }
  std::vector<std::pair<std::string, absl::StatusCode>> calls() {
    const MutexLock lock(mutex_);
    return calls_;
  }
  std::string request_id() {
    const MutexLock lock(mutex_);
    return request_id_;
  }

 private:
  Mutex mutex_;
  int started_ QUARTET_GUARDED_BY(mutex_) = 0;
  std::vector<std::pair<std::string, absl::StatusCode>> calls_ QUARTET_GUARDED_BY(mutex_);
  std::string request_id_ QUARTET_GUARDED_BY(mutex_);
};

class HttpFixture {
 protected:
  explicit HttpFixture(CallerGate* gate = nullptr, bool open_health = true)
      : api_({.limits = {.max_texts = 3, .max_text_bytes = 100},
              .gate = gate,
              .open_health = open_health},
             clock_, observer_,
             {.served = [this] { return served_.served; },
              .is_ready = [this] { return is_ready_.load(); },
              .embed = [this](Request request) { handler_(std::move(request)); }}) {}

  // Answers [bytes of the text, 1, 0...].
  static void AnswerAtOnce(Request request) {
    EmbedResult result;
    for (const std::string& text : request.texts) {
      std::vector<float> values(request.served->info.dimension);
      values[0] = static_cast<float>(text.size());
      result.embeddings.push_back({std::move(values), text.size(), false});
    }
    request.reply.Finish(std::move(result));
  }

  HttpAnswer Call(const std::string& path, HttpRequest request) {
    for (const HttpRoute& route : HttpApi::Routes()) {
      if (route.path() == path)
        return api_.Answer(route, request, [this] { return is_gone_.load(); });
    }
    FAIL("no such path: " << path);
    return {};
  }
  HttpAnswer Post(const std::string& path, const std::string& body) {
    return Call(path, {.content_type = "application/json", .body = body});
  }

  FakeServedModel served_;
  SystemClock clock_;
  RecordingCallObserver observer_;
  std::atomic<bool> is_ready_ = true;
  std::atomic<bool> is_gone_ = false;
  std::function<void(Request)> handler_ = &AnswerAtOnce;
  HttpApi api_;
};

}  // namespace quartet

#endif  // QUARTET_TESTS_HTTP_HTTP_FIXTURE_H_
