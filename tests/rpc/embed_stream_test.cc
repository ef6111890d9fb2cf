#include <grpcpp/generic/generic_stub.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <iterator>
#include <list>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "core/error_detail.h"
#include "rpc/server_fixture.h"

namespace quartet {
namespace {

using grpc::StatusCode;
using std::chrono::milliseconds;
using std::chrono::seconds;

// One stream of a client.
class Stream {
 public:
  explicit Stream(v1::EmbeddingService::Stub& stub) : stream_(stub.EmbedStream(&context)) {}

  bool Send(std::uint64_t id, const std::string& text) {
    v1::EmbedStreamRequest request;
    request.set_id(id);
    request.set_text(text);
    return Send(request);
  }
  bool Send(const v1::EmbedStreamRequest& request) { return stream_->Write(request); }
  void HalfClose() { stream_->WritesDone(); }
  // nullopt: no answer comes any more.
  std::optional<v1::EmbedStreamResponse> Receive() {
    v1::EmbedStreamResponse response;
    if (!stream_->Read(&response)) return std::nullopt;
    return response;
  }
  // After Receive has said that nothing comes any more.
  grpc::Status Finish() { return stream_->Finish(); }
  // Of the answers that come until the end.
  std::vector<std::uint64_t> ReceiveIds() {
    std::vector<std::uint64_t> ids;
    while (const auto response = Receive()) ids.push_back(response->id());
    return ids;
  }

  grpc::ClientContext context;

 private:
  std::unique_ptr<grpc::ClientReaderWriter<v1::EmbedStreamRequest, v1::EmbedStreamResponse>>
      stream_;
};

class StreamFixture : public ServerFixture {
 protected:
  explicit StreamFixture(StreamLimits limits = {}) : ServerFixture(Duration::max(), limits) {}

  // The requests of texts that are being embedded, by text.
  std::map<std::string, Request> TakeKept(std::size_t count) {
    std::map<std::string, Request> requests;
    while (requests.size() < count) {
      Request request = ServerFixture::TakeKept();
      const std::string text = request.texts.at(0);
      requests.emplace(text, std::move(request));
    }
    return requests;
  }
  static void Answer(Request& request) { request.reply.Finish(ResultOf(request)); }
};

TEST_CASE_METHOD(StreamFixture, "a stream answers every text, then ends after the half-close",
                 "[rpc]") {
  Stream stream(*stub_);
  CHECK(stream.Send(5, "a"));
  CHECK(stream.Send(5, "four"));
  stream.HalfClose();
  auto response = stream.Receive();
  REQUIRE(response);
  CHECK(response->id() == 5);
  CHECK(response->embedding().values(0) == 1);
  CHECK(response->model_fingerprint() == "abc");
  response = stream.Receive();
  REQUIRE(response);
  CHECK(response->embedding().values(0) == 4);
  CHECK(response->embedding().token_count() == 4);
  CHECK(response->model_fingerprint().empty());  // as before
  CHECK_FALSE(stream.Receive());
  CHECK(stream.Finish().ok());
  CHECK(observer_.started == 1);
  CHECK(observer_.WaitForCodes(1)[0] == absl::StatusCode::kOk);
}

TEST_CASE_METHOD(StreamFixture, "a stream without a text ends with OK", "[rpc]") {
  Stream stream(*stub_);
  stream.HalfClose();
  CHECK_FALSE(stream.Receive());
  CHECK(stream.Finish().ok());
}

TEST_CASE_METHOD(StreamFixture, "answers keep the order of the texts, whichever is done first",
                 "[rpc]") {
  KeepRequests();
  Stream stream(*stub_);
  for (std::uint64_t id = 0; id < 5; ++id) stream.Send(id, std::string(id + 1, 'x'));
  stream.HalfClose();
  auto kept = TakeKept(5);
  for (auto last = kept.rbegin(); last != kept.rend(); ++last) Answer(last->second);
  CHECK(stream.ReceiveIds() == std::vector<std::uint64_t>{0, 1, 2, 3, 4});
  CHECK(stream.Finish().ok());
}

TEST_CASE_METHOD(StreamFixture, "a bad text gets its own status, and the others are embedded",
                 "[rpc]") {
  handler_ = [](Request request) {
    if (request.texts[0] == "broken") return request.reply.Finish(absl::InternalError("broken"));
    if (request.texts[0] == "long") {
      return request.reply.Finish(InvalidField(TextField(0), "has 9 tokens, the limit is 4"));
    }
    Answer(request);
  };
  Stream stream(*stub_);
  stream.Send(0, "good");
  stream.Send(1, "");
  stream.Send(2, std::string(32769, 'x'));
  stream.Send(3, "broken");
  stream.Send(4, "long");
  stream.Send(5, "good");
  stream.HalfClose();
  const std::vector<std::string> messages = {"",
                                             "text: is empty; a text has at least 1 byte",
                                             "text: has 32769 bytes, the limit is 32768",
                                             "broken",
                                             "text: has 9 tokens, the limit is 4",
                                             ""};
  for (std::uint64_t id = 0; id < messages.size(); ++id) {
    const auto response = stream.Receive();
    REQUIRE(response);
    CHECK(response->id() == id);
    CHECK(response->has_error() != messages[id].empty());
    CHECK(response->error().message() == messages[id]);
  }
  CHECK_FALSE(stream.Receive());
  CHECK(stream.Finish().ok());
}

TEST_CASE_METHOD(StreamFixture, "options hold until others come", "[rpc]") {
  Stream stream(*stub_);
  v1::EmbedStreamRequest request;
  request.set_text("four");
  request.mutable_options()->set_dimensions(1);
  stream.Send(request);
  stream.Send(0, "four");
  request.mutable_options()->set_dimensions(3);
  stream.Send(request);
  request.mutable_options()->Clear();
  stream.Send(request);
  stream.HalfClose();
  CHECK(stream.Receive()->embedding().values_size() == 1);
  CHECK(stream.Receive()->embedding().values_size() == 1);
  CHECK(stream.Receive()->error().message() == "options.dimensions: is 3, the limits are 1 and 2");
  CHECK(stream.Receive()->embedding().values_size() == 2);
  CHECK_FALSE(stream.Receive());
}

TEST_CASE_METHOD(StreamFixture, "a text gets the time of a call, and no more for its stream's",
                 "[rpc]") {
  TimePoint deadline;
  handler_ = [&deadline](Request request) {
    deadline = request.deadline;
    Answer(request);
  };
  Stream endless(*stub_);
  endless.Send(0, "text");
  REQUIRE(endless.Receive());
  CHECK(deadline <= clock_.Now() + seconds(30));
  CHECK(deadline >= clock_.Now() + seconds(20));
  endless.HalfClose();

  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::hours(1));
  const auto stream = stub_->EmbedStream(&context);
  v1::EmbedStreamRequest request;
  request.set_text("text");
  stream->Write(request);
  v1::EmbedStreamResponse response;
  REQUIRE(stream->Read(&response));
  CHECK(deadline <= clock_.Now() + seconds(60));
  context.TryCancel();
}

TEST_CASE_METHOD(StreamFixture, "a stream's deadline ends it", "[rpc]") {
  KeepRequests();
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + milliseconds(200));
  const auto stream = stub_->EmbedStream(&context);
  v1::EmbedStreamRequest request;
  request.set_text("text");
  stream->Write(request);
  v1::EmbedStreamResponse response;
  CHECK_FALSE(stream->Read(&response));
  CHECK(stream->Finish().error_code() == StatusCode::DEADLINE_EXCEEDED);
  Request kept = ServerFixture::TakeKept();
  while (!kept.reply.IsCancelled()) std::this_thread::yield();
}

TEST_CASE_METHOD(StreamFixture, "who cancels takes the texts inside along", "[rpc]") {
  KeepRequests();
  Stream stream(*stub_);
  stream.Send(0, "a");
  stream.Send(1, "b");
  auto kept = TakeKept(2);
  CHECK_FALSE(kept.at("a").reply.IsCancelled());
  stream.context.TryCancel();
  for (auto& [text, request] : kept) {
    while (!request.reply.IsCancelled()) std::this_thread::yield();
    Answer(request);  // too late, and no harm
  }
  CHECK(observer_.WaitForCodes(1)[0] == absl::StatusCode::kCancelled);
}

TEST_CASE_METHOD(StreamFixture, "a message that is none ends the stream after the answers",
                 "[rpc]") {
  KeepRequests();
  grpc::GenericStub stub(channel_);
  grpc::ClientContext context;
  grpc::CompletionQueue queue;
  const auto wait = [&queue] {
    void* tag = nullptr;
    bool ok = false;
    REQUIRE(queue.Next(&tag, &ok));
    return ok;
  };
  const auto call = stub.PrepareCall(&context, "/quartet.v1.EmbeddingService/EmbedStream", &queue);
  call->StartCall(nullptr);
  wait();
  v1::EmbedStreamRequest good;
  good.set_text("good");
  call->Write(SerializeMessage(good), nullptr);
  wait();
  grpc::Slice garbage("\xff\xff\xff\xff garbage");
  call->Write(grpc::ByteBuffer(&garbage, 1), nullptr);
  wait();
  Request kept = ServerFixture::TakeKept();
  Answer(kept);
  grpc::ByteBuffer answer;
  call->Read(&answer, nullptr);
  CHECK(wait());
  call->Read(&answer, nullptr);
  CHECK_FALSE(wait());
  grpc::Status status;
  call->Finish(&status, nullptr);
  wait();
  CHECK(status.error_code() == StatusCode::INVALID_ARGUMENT);
  CHECK_THAT(status.error_message(), Catch::Contains("not a valid quartet.v1.EmbedStreamRequest"));
}

TEST_CASE_METHOD(StreamFixture, "a text that finds no room waits, and is offered again as advised",
                 "[rpc]") {
  std::atomic<int> offers = 0;
  handler_ = [&offers](Request request) {
    if (++offers < 4) {
      return request.reply.Finish(
          WithRetryAfter(absl::ResourceExhaustedError("full"), milliseconds(1)));
    }
    Answer(request);
  };
  Stream stream(*stub_);
  stream.Send(0, "a");
  stream.Send(1, "b");
  stream.HalfClose();
  CHECK(stream.ReceiveIds() == std::vector<std::uint64_t>{0, 1});
  CHECK(stream.Finish().ok());
  CHECK(offers == 5);
}

TEST_CASE_METHOD(StreamFixture, "a text that finds no room waits for those of its stream",
                 "[rpc]") {
  std::optional<Request> inside;
  std::atomic<int> refusals = 0;
  handler_ = [&](Request request) {
    if (request.texts[0] == "first") {
      inside.emplace(std::move(request));
    } else if (inside) {
      ++refusals;
      request.reply.Finish(
          WithRetryAfter(absl::ResourceExhaustedError("full"), std::chrono::hours(1)));
    } else {
      Answer(request);
    }
  };
  Stream stream(*stub_);
  stream.Send(0, "first");
  stream.Send(1, "second");
  stream.HalfClose();
  while (refusals == 0) std::this_thread::yield();
  Request first = std::move(*inside);
  inside.reset();
  Answer(first);
  CHECK(stream.ReceiveIds() == std::vector<std::uint64_t>{0, 1});
  CHECK(refusals == 1);
}

TEST_CASE_METHOD(StreamFixture, "a stopping server answers what it took, then says UNAVAILABLE",
                 "[rpc]") {
  KeepRequests();
  Stream stream(*stub_);
  stream.Send(0, "a");
  stream.Send(1, "b");
  auto kept = TakeKept(2);
  bool all_answered = false;
  std::thread shutdown([&] { all_answered = server_->Shutdown(seconds(30)); });
  while (channel_->GetState(false) == GRPC_CHANNEL_READY) std::this_thread::yield();
  for (auto& [text, request] : kept) Answer(request);
  // With the last stream its connection is closed. A client that just writes to it (a window's
  // update) gets "Broken pipe", and leaves unread what has come: 1 in 100 on busy cores.
  const std::vector<std::uint64_t> ids = stream.ReceiveIds();
  CHECK((ids == std::vector<std::uint64_t>{0, 1} || ids == std::vector<std::uint64_t>{0}));
  CHECK(stream.Finish().error_code() == StatusCode::UNAVAILABLE);
  shutdown.join();
  CHECK(all_answered);
  CHECK(observer_.WaitForCodes(1)[0] == absl::StatusCode::kUnavailable);
}

TEST_CASE_METHOD(StreamFixture, "a stopping server drops a text that has found no room", "[rpc]") {
  std::atomic<int> refusals = 0;
  handler_ = [&refusals](Request request) {
    ++refusals;
    request.reply.Finish(
        WithRetryAfter(absl::ResourceExhaustedError("full"), std::chrono::hours(1)));
  };
  Stream stream(*stub_);
  stream.Send(0, "a");
  stream.HalfClose();
  while (refusals == 0) std::this_thread::yield();
  CHECK(server_->Shutdown(seconds(30)));
  CHECK_FALSE(stream.Receive());
  CHECK(stream.Finish().error_code() == StatusCode::UNAVAILABLE);
}

class SmallStreamFixture : public StreamFixture {
 protected:
  SmallStreamFixture() : StreamFixture({.items = 3, .bytes = 100, .streams = 1}) {}
};

TEST_CASE_METHOD(SmallStreamFixture, "a stream has no more texts inside than its limit", "[rpc]") {
  std::atomic<int> inside = 0;
  std::atomic<int> most = 0;
  KeepRequests();
  const auto keep = handler_;
  handler_ = [&](Request request) {
    most = std::max(most.load(), ++inside);
    keep(std::move(request));
  };
  Stream stream(*stub_);
  std::thread writer([&stream] {
    for (std::uint64_t id = 0; id < 50; ++id) stream.Send(id, "text");
    stream.HalfClose();
  });
  for (std::uint64_t id = 0; id < 50; ++id) {
    Request request = ServerFixture::TakeKept();
    --inside;
    Answer(request);
  }
  CHECK(stream.ReceiveIds().size() == 50);
  writer.join();
  CHECK(most <= 3);
}

TEST_CASE_METHOD(SmallStreamFixture, "a stream beyond the limit is told when to come back",
                 "[rpc]") {
  Stream first(*stub_);
  first.Send(0, "text");
  REQUIRE(first.Receive());
  Stream second(*stub_);
  CHECK_FALSE(second.Receive());
  CHECK(second.Finish().error_code() == StatusCode::RESOURCE_EXHAUSTED);
  CHECK(second.context.GetServerTrailingMetadata().count("grpc-retry-pushback-ms") == 1);
  first.HalfClose();
  CHECK_FALSE(first.Receive());
  CHECK(first.Finish().ok());
  // The call object goes a moment after its client has heard of the end.
  while (true) {
    Stream third(*stub_);
    third.HalfClose();
    third.Receive();
    if (third.Finish().ok()) break;
  }
}

class ImpatientStreamFixture : public StreamFixture {
 protected:
  ImpatientStreamFixture() : StreamFixture({.idle = milliseconds(50)}) {}
};

TEST_CASE_METHOD(ImpatientStreamFixture, "a stream on which nothing comes is ended", "[rpc]") {
  Stream stream(*stub_);
  stream.Send(0, "text");
  REQUIRE(stream.Receive());
  CHECK_FALSE(stream.Receive());
  CHECK(stream.Finish().error_code() == StatusCode::UNAVAILABLE);
}

TEST_CASE_METHOD(ImpatientStreamFixture, "a client that takes no answers loses its stream",
                 "[rpc]") {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  arguments.SetInt(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, 65535);
  const auto stub = v1::EmbeddingService::NewStub(
      grpc::CreateCustomChannel("127.0.0.1:" + std::to_string(server_->port()),
                                grpc::InsecureChannelCredentials(), arguments));
  Stream stream(*stub);
  while (stream.Send(0, "text")) {
  }
  CHECK(observer_.WaitForCodes(1)[0] == absl::StatusCode::kCancelled);
}

// Answers requests in any order, on two threads of its own.
class Shuffler {
 public:
  Shuffler() {
    for (std::thread& thread : threads_) thread = std::thread([this] { Run(); });
  }
  ~Shuffler() {
    {
      const MutexLock lock(mutex_);
      closed_ = true;
    }
    changed_.NotifyAll();
    for (std::thread& thread : threads_) thread.join();
  }
  void Take(Request request) {
    {
      const MutexLock lock(mutex_);
      requests_.push_back(std::move(request));
    }
    changed_.NotifyOne();
  }

 private:
  std::optional<Request> Next() {
    const MutexLock lock(mutex_);
    while (requests_.empty() && !closed_) changed_.Wait(mutex_);
    if (requests_.empty()) return std::nullopt;
    const auto chosen =
        std::next(requests_.begin(), static_cast<long>(random_() % requests_.size()));
    std::optional<Request> request = std::move(*chosen);
    requests_.erase(chosen);
    return request;
  }
  void Run() {
    while (std::optional<Request> request = Next()) {
      if (request->reply.IsCancelled()) {
        request->reply.Finish(absl::CancelledError("gone"));
        continue;
      }
      EmbedResult result;
      result.embeddings.push_back({{std::stof(request->texts[0]), 1}, 1, false});
      request->reply.Finish(std::move(result));
    }
  }

  Mutex mutex_;
  CondVar changed_;
  std::list<Request> requests_ QUARTET_GUARDED_BY(mutex_);
  bool closed_ QUARTET_GUARDED_BY(mutex_) = false;
  std::minstd_rand random_ QUARTET_GUARDED_BY(mutex_);
  std::thread threads_[2];
};

TEST_CASE_METHOD(StreamFixture, "many streams at a time are all answered in their own order",
                 "[rpc]") {
  constexpr std::uint64_t kTexts = 300;
  Shuffler shuffler;
  handler_ = [&shuffler](Request request) {
    thread_local std::minstd_rand random;
    if (random() % 10 == 0) {
      return request.reply.Finish(
          WithRetryAfter(absl::ResourceExhaustedError("full"), milliseconds(1)));
    }
    shuffler.Take(std::move(request));
  };
  const auto run = [this](int number) {
    Stream stream(*stub_);
    std::thread writer([&stream] {
      for (std::uint64_t id = 0; id < kTexts; ++id) stream.Send(id, std::to_string(id));
      stream.HalfClose();
    });
    std::uint64_t count = 0;
    bool in_order = true;
    while (const auto response = stream.Receive()) {
      in_order = in_order && response->id() == count &&
                 response->embedding().values(0) == static_cast<float>(count);
      if (++count == kTexts / 2 && number % 4 == 3) stream.context.TryCancel();
    }
    writer.join();
    const grpc::Status status = stream.Finish();
    return in_order && (number % 4 == 3 || (status.ok() && count == kTexts));
  };
  std::vector<std::thread> clients;
  std::atomic<int> good = 0;
  for (int number = 0; number < 24; ++number) {
    clients.emplace_back([&, number] { good += run(number) ? 1 : 0; });
  }
  for (std::thread& client : clients) client.join();
  CHECK(good == 24);
  CHECK(observer_.WaitForCodes(24).size() == 24);
}

}  // namespace
}  // namespace quartet
