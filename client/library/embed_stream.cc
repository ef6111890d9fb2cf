#include "library/embed_stream.h"

#include <chrono>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "library/channel.h"
#include "library/text_queue.h"
#include "library/vector_values.h"
#include "library/wanted.h"

namespace quartet::client {
namespace {

// Before a stream that was ended is opened again.
constexpr std::chrono::milliseconds kPause{500};

// The server stops, or has too many streams: what it took was answered. CANCELLED: how gRPC 1.51
// ends a call that comes in while the server says goodbye.
bool IsResumable(const grpc::Status& status) {
  return status.error_code() == grpc::StatusCode::UNAVAILABLE ||
         status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED ||
         status.error_code() == grpc::StatusCode::CANCELLED;
}

v1::EmbedOptions OptionsOf(const EmbedOptions& wanted) {
  v1::EmbedOptions options;
  SetWanted(wanted, options);
  return options;
}

class StreamedTexts {
 public:
  StreamedTexts(v1::EmbeddingService::Stub& stub, const ClientOptions& options,
                const NextText& next, const TakeVector& take, const EmbedOptions& wanted)
      : stub_(stub), options_(options), take_(take), wanted_(OptionsOf(wanted)), texts_(next) {}

  absl::Status Run() {
    while (true) {
      const grpc::Status status = RunStream();
      if (!failure_.ok()) return failure_;
      if (status.ok()) return absl::OkStatus();
      if (!IsResumable(status) || HasWaited()) return ToAbslStatus(status);
      std::this_thread::sleep_for(kPause);
    }
  }

 private:
  // Too long. Not where the stream was idle, which the server ends after five minutes.
  bool HasWaited() const {
    const auto since = texts_.waits_since();
    return since && TextQueue::Clock::now() > *since + options_.timeout;
  }

  // One stream, from the first text without an answer on.
  grpc::Status RunStream() {
    grpc::ClientContext context;
    PrepareStream(options_, context);
    const auto stream = stub_.EmbedStream(&context);
    texts_.Resume();
    std::thread writer([this, &stream, first = texts_.answered()] { Write(*stream, first); });
    v1::EmbedStreamResponse answer;
    while (failure_.ok() && stream->Read(&answer)) failure_ = Take(answer);
    if (!failure_.ok()) context.TryCancel();
    texts_.Interrupt();
    writer.join();
    return stream->Finish();
  }

  void Write(grpc::ClientReaderWriter<v1::EmbedStreamRequest, v1::EmbedStreamResponse>& stream,
             std::size_t number) {
    v1::EmbedStreamRequest request;
    *request.mutable_options() = wanted_;  // the first message's hold for all
    while (std::optional<std::string> text = texts_.Wait(number++)) {
      request.set_text(*std::move(text));
      if (!stream.Write(request)) return;
      request.clear_options();
    }
    stream.WritesDone();
  }

  absl::Status Take(const v1::EmbedStreamResponse& answer) {
    const std::size_t number = texts_.answered();
    if (answer.has_error()) return StatusOf(answer.error(), number);
    if (!answer.model_fingerprint().empty()) {
      if (!fingerprint_.empty() && fingerprint_ != answer.model_fingerprint()) {
        return absl::AbortedError("the server's model changed in the middle of the stream");
      }
      fingerprint_ = answer.model_fingerprint();
    }
    values_.resize(DimensionOf(answer.embedding()));
    CopyValues(answer.embedding(), values_);
    texts_.TakeAnswered();
    take_({.number = number, .values = values_, .truncated = answer.embedding().truncated()});
    return absl::OkStatus();
  }

  // "text: is empty" of the text number 3 is "texts[3]: is empty".
  static absl::Status StatusOf(const v1::ItemError& error, std::size_t number) {
    return absl::Status(
        static_cast<absl::StatusCode>(error.code()),
        absl::StrCat("texts[", number, "]: ", absl::StripPrefix(error.message(), "text: ")));
  }

  v1::EmbeddingService::Stub& stub_;
  const ClientOptions& options_;
  const TakeVector& take_;
  const v1::EmbedOptions wanted_;
  TextQueue texts_;
  absl::Status failure_;
  std::string fingerprint_;
  std::vector<float> values_;
};

}  // namespace

absl::Status EmbedOnStream(v1::EmbeddingService::Stub& stub, const ClientOptions& options,
                           const NextText& next, const TakeVector& take,
                           const EmbedOptions& wanted) {
  return StreamedTexts(stub, options, next, take, wanted).Run();
}

}  // namespace quartet::client
