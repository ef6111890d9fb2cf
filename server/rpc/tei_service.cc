#include "rpc/tei_service.h"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "calls/embed_notes.h"
#include "rpc/message_bytes.h"
#include "rpc/stream_conversion.h"

namespace quartet {
namespace {

constexpr MethodName kEmbed = {"tei.v1.Embed", "Embed", MethodType::kUnary};
constexpr MethodName kEmbedStream = {"tei.v1.Embed", "EmbedStream", MethodType::kBidiStream};
constexpr MethodName kTokenize = {"tei.v1.Tokenize", "Tokenize", MethodType::kUnary};
constexpr MethodName kInfo = {"tei.v1.Info", "Info", MethodType::kUnary};

CallNotes NotesOf(const tei::v1::EmbedResponse& response) {
  const tei::v1::Metadata& metadata = response.metadata();
  return EmbedNotes(1, metadata.compute_tokens(),
                    {.queue = std::chrono::nanoseconds(metadata.queue_time_ns()),
                     .tokenize = std::chrono::nanoseconds(metadata.tokenization_time_ns()),
                     .inference = std::chrono::nanoseconds(metadata.inference_time_ns())});
}

// Turns our answer into theirs.
template <class Ours, class Theirs>
class ConvertingSink final : public ReplySink<Ours> {
 public:
  ConvertingSink(Reply<Theirs> reply, std::function<Theirs(Ours)> convert)
      : reply_(std::move(reply)), convert_(std::move(convert)) {}

  void Finish(absl::StatusOr<Ours> answer) override {
    if (answer.ok()) {
      reply_.Finish(convert_(*std::move(answer)));
    } else {
      reply_.Finish(ToTeiStatus(answer.status()));
    }
  }

  bool IsCancelled() const override { return reply_.IsCancelled(); }

 private:
  Reply<Theirs> reply_;
  const std::function<Theirs(Ours)> convert_;
};

template <class Ours, class Theirs, class Convert>
Reply<Ours> Converting(Reply<Theirs> reply, Convert convert) {
  return Reply<Ours>(
      std::make_unique<ConvertingSink<Ours, Theirs>>(std::move(reply), std::move(convert)));
}

}  // namespace

TeiService::TeiService(EmbeddingService& embedding, const Clock& clock, TeiCapacity capacity)
    : embedding_(embedding),
      clock_(clock),
      capacity_(capacity),
      embed_{.name = kEmbed,
             .listen = ListenerOf(embed_service_, &EmbedGrpcService::RequestEmbed),
             .parse =
                 [this](const grpc::ByteBuffer& buffer) {
                   return ParseBytes(buffer, embedding_.options().limits, &ParseTeiEmbedRequest);
                 },
             .handle = [this](auto request, const CallFacts& call,
                              auto reply) { Embed(request, call, std::move(reply)); },
             .describe = &NotesOf},
      embed_stream_{
          .name = kEmbedStream,
          .limits = embedding.options().streams,
          .listen =
              [this](auto* context, auto* stream, auto* queue, void* tag) {
                embed_service_.RequestEmbedStream(context, stream, queue, queue, tag);
              },
          .parse = [this](const grpc::ByteBuffer& buffer) { return ParseStreamText(buffer); },
          .handle =
              [this](auto request, const CallFacts& call, auto reply) {
                embedding_.Embed(std::move(request), call, std::move(reply));
              },
          .encode =
              [](v1::EmbedStreamResponse answer) {
                const auto characters = static_cast<std::uint32_t>(answer.id());
                return SerializeMessage(
                    MakeTeiEmbedResponse(std::move(*answer.mutable_embedding()), characters));
              },
          .end_by = &ToTeiStatus},
      tokenize_{
          .name = kTokenize,
          .listen = ListenerOf(tokenize_service_, &TokenizeGrpcService::RequestTokenize),
          .parse =
              [this](const grpc::ByteBuffer& buffer) {
                return ParseBytes(buffer, embedding_.options().limits, &ParseTeiEncodeRequest);
              },
          .handle = [this](auto request, const CallFacts& call,
                           auto reply) { Tokenize(std::move(request), call, std::move(reply)); }},
      info_{.name = kInfo,
            .listen = ListenerOf(info_service_, &InfoGrpcService::RequestInfo),
            .handle = [this](auto, const CallFacts&, auto reply) {
              reply.Finish(MakeInfoResponse(embedding_.DescribeModel(), capacity_));
            }} {}

void TeiService::Listen(const CallEnvironment& environment, int depth) {
  for (int i = 0; i < depth; ++i) {
    UnaryCall<tei::v1::EmbedRequest, tei::v1::EmbedResponse>::Listen(embed_, environment);
    EmbedStreamCall::Listen(embed_stream_, embedding_.open_streams(), environment);
    UnaryCall<tei::v1::EncodeRequest, tei::v1::EncodeResponse>::Listen(tokenize_, environment);
    UnaryCall<tei::v1::InfoRequest, tei::v1::InfoResponse>::Listen(info_, environment);
  }
}

std::vector<MethodName> TeiService::Methods() { return {kEmbed, kEmbedStream, kTokenize, kInfo}; }

// A text of ours whose id is the number of its characters: theirs have none, and their answers say
// how many there were.
absl::StatusOr<StreamText> TeiService::ParseStreamText(const grpc::ByteBuffer& buffer) const {
  absl::StatusOr<tei::v1::EmbedRequest> request =
      ParseBytes(buffer, embedding_.options().limits, &ParseTeiEmbedRequest);
  if (!request.ok()) return StreamText{.message = {}, .problem = request.status()};
  absl::StatusOr<v1::EmbedOptions> options = EmbedOptionsOf(*request);
  if (!options.ok()) return StreamText{.message = {}, .problem = options.status()};
  StreamText text;
  text.message.set_id(CharactersOf(request->inputs()));
  text.message.set_text(std::move(*request->mutable_inputs()));
  *text.message.mutable_options() = *std::move(options);
  return text;
}

void TeiService::Embed(const tei::v1::EmbedRequest& request, const CallFacts& call,
                       Reply<tei::v1::EmbedResponse> reply) {
  const absl::StatusOr<v1::EmbedOptions> options = EmbedOptionsOf(request);
  if (!options.ok()) return reply.Finish(options.status());
  const TimePoint start = clock_.Now();
  auto convert = [this, start,
                  characters = CharactersOf(request.inputs())](v1::EmbedResponse response) {
    return MakeTeiEmbedResponse(std::move(response), characters, clock_.Now() - start);
  };
  embedding_.Embed(MakeEmbedRequest(request.inputs(), *options), call,
                   Converting<v1::EmbedResponse>(std::move(reply), std::move(convert)));
}

void TeiService::Tokenize(tei::v1::EncodeRequest request, const CallFacts& call,
                          Reply<tei::v1::EncodeResponse> reply) {
  absl::StatusOr<v1::TokenizeRequest> ours = MakeTokenizeRequest(request);
  if (!ours.ok()) return reply.Finish(ours.status());
  auto convert = [request = std::move(request)](const v1::TokenizeResponse& response) {
    return MakeEncodeResponse(response, request);
  };
  embedding_.Tokenize(*std::move(ours), call,
                      Converting<v1::TokenizeResponse>(std::move(reply), std::move(convert)));
}

}  // namespace quartet
