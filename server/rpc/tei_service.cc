#include "rpc/tei_service.h"

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "rpc/message_bytes.h"
#include "rpc/stream_conversion.h"

namespace quartet {
namespace {

constexpr MethodName kEmbed = {"tei.v1.Embed", "Embed", MethodType::kUnary};
constexpr MethodName kEmbedStream = {"tei.v1.Embed", "EmbedStream", MethodType::kBidiStream};
constexpr MethodName kTokenize = {"tei.v1.Tokenize", "Tokenize", MethodType::kUnary};
constexpr MethodName kInfo = {"tei.v1.Info", "Info", MethodType::kUnary};

CallNotes NotesOf(const tei::v1::EmbedResponse& response) {
  const auto milliseconds = [](std::uint64_t nanoseconds) {
    return std::to_string(nanoseconds / 1'000'000);
  };
  const tei::v1::Metadata& metadata = response.metadata();
  return {{"texts", "1"},
          {"tokens", std::to_string(metadata.compute_tokens())},
          {"queue_ms", milliseconds(metadata.queue_time_ns())},
          {"tokenize_ms", milliseconds(metadata.tokenization_time_ns())},
          {"inference_ms", milliseconds(metadata.inference_time_ns())}};
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

// The parser's answer for the buffer's bytes.
template <class Parser>
auto ParseBytes(const grpc::ByteBuffer& buffer, const RequestLimits& limits, Parser parser)
    -> decltype(parser(std::string(), limits)) {
  const absl::StatusOr<std::string> bytes = CopyBytes(buffer);
  if (!bytes.ok()) return bytes.status();
  return parser(*bytes, limits);
}

// Listens with the generated function of a service.
template <class Service, class Function>
auto ListenerOf(Service& service, Function function) {
  return [&service, function](auto* context, auto* request, auto* writer, auto* queue, void* tag) {
    (service.*function)(context, request, writer, queue, queue, tag);
  };
}

}  // namespace

TeiService::TeiService(EmbeddingService& embedding, const Clock& clock, TeiCapacity capacity)
    : embedding_(embedding),
      clock_(clock),
      capacity_(capacity),
      embed_{.name = kEmbed,
             .listen = ListenerOf(embed_service_, &EmbedGrpcService::RequestEmbed),
             .parse = [this](const grpc::ByteBuffer& buffer) { return ParseEmbed(buffer); },
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
          .parse = [this](const grpc::ByteBuffer& buffer) { return ParseEncode(buffer); },
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

absl::StatusOr<tei::v1::EmbedRequest> TeiService::ParseEmbed(const grpc::ByteBuffer& buffer) const {
  return ParseBytes(buffer, embedding_.options().limits, &ParseTeiEmbedRequest);
}

absl::StatusOr<tei::v1::EncodeRequest> TeiService::ParseEncode(
    const grpc::ByteBuffer& buffer) const {
  return ParseBytes(buffer, embedding_.options().limits, &ParseTeiEncodeRequest);
}

// A text of ours whose id is the number of its characters: theirs have none, and their answers say
// how many there were.
absl::StatusOr<StreamText> TeiService::ParseStreamText(const grpc::ByteBuffer& buffer) const {
  absl::StatusOr<tei::v1::EmbedRequest> request = ParseEmbed(buffer);
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
