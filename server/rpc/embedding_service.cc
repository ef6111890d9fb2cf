#include "rpc/embedding_service.h"

#include <memory>
#include <string>
#include <utility>

#include "calls/embed_notes.h"
#include "rpc/embed_conversion.h"
#include "rpc/proto_duration.h"
#include "rpc/tokenize_conversion.h"

namespace quartet {
namespace {

constexpr std::string_view kService = "quartet.v1.EmbeddingService";
constexpr MethodName kEmbed = {kService, "Embed", MethodType::kUnary};
constexpr MethodName kEmbedStream = {kService, "EmbedStream", MethodType::kBidiStream};
constexpr MethodName kTokenize = {kService, "Tokenize", MethodType::kUnary};
constexpr MethodName kGetModelInfo = {kService, "GetModelInfo", MethodType::kUnary};

CallNotes NotesOf(const v1::EmbedResponse& response) {
  std::size_t tokens = 0;
  for (const v1::Embedding& embedding : response.embeddings()) tokens += embedding.token_count();
  const auto& timing = response.timing();
  return EmbedNotes(static_cast<std::size_t>(response.embeddings_size()), tokens,
                    {.queue = FromProtoDuration(timing.queue()),
                     .tokenize = FromProtoDuration(timing.tokenize()),
                     .inference = FromProtoDuration(timing.inference())});
}

// Turns the pipeline's answer into the call's.
class EmbedSink final : public ReplySink<EmbedResult> {
 public:
  EmbedSink(Reply<v1::EmbedResponse> reply, VectorOptions options, ServedModelPtr served)
      : reply_(std::move(reply)), options_(options), served_(std::move(served)) {}

  void Finish(absl::StatusOr<EmbedResult> result) override {
    if (!result.ok()) {
      reply_.Finish(std::move(result).status());
      return;
    }
    reply_.Finish(MakeEmbedResponse(*result, options_, served_->info));
  }

  bool IsCancelled() const override { return reply_.IsCancelled(); }

 private:
  Reply<v1::EmbedResponse> reply_;
  const VectorOptions options_;
  const ServedModelPtr served_;
};

// Turns the tokenizer's answer into the call's.
class TokenizeSink final : public ReplySink<std::vector<Token>> {
 public:
  TokenizeSink(Reply<v1::TokenizeResponse> reply, Truncation truncation,
               std::size_t max_sequence_length)
      : reply_(std::move(reply)),
        truncation_(truncation),
        max_sequence_length_(max_sequence_length) {}

  void Finish(absl::StatusOr<std::vector<Token>> tokens) override {
    if (!tokens.ok()) {
      reply_.Finish(std::move(tokens).status());
      return;
    }
    reply_.Finish(MakeTokenizeResponse(*tokens, truncation_, max_sequence_length_));
  }

  bool IsCancelled() const override { return reply_.IsCancelled(); }

 private:
  Reply<v1::TokenizeResponse> reply_;
  const Truncation truncation_;
  const std::size_t max_sequence_length_;  // of the model that the tokens are of
};

}  // namespace

EmbeddingService::EmbeddingService(Options options, const Clock& clock, Backend backend)
    : options_(std::move(options)),
      clock_(clock),
      backend_(std::move(backend)),
      open_streams_(options_.streams.streams),
      embed_{.name = kEmbed,
             .listen = ListenerOf(service_, &GrpcService::RequestEmbed),
             .parse =
                 [this](const grpc::ByteBuffer& buffer) {
                   return ParseBytes(buffer, options_.limits, &ParseEmbedRequest);
                 },
             .handle = [this](auto request, const CallFacts& call,
                              auto reply) { Embed(std::move(request), call, std::move(reply)); },
             .describe = &NotesOf},
      embed_stream_{
          .name = kEmbedStream,
          .limits = options_.streams,
          .listen =
              [this](auto* context, auto* stream, auto* queue, void* tag) {
                service_.RequestEmbedStream(context, stream, queue, queue, tag);
              },
          .parse =
              [this](const grpc::ByteBuffer& buffer) {
                return ParseBytes(buffer, options_.limits, &ParseEmbedStreamRequest);
              },
          .handle = [this](auto request, const CallFacts& call,
                           auto reply) { Embed(std::move(request), call, std::move(reply)); }},
      get_model_info_{
          .name = kGetModelInfo,
          .listen = ListenerOf(service_, &GrpcService::RequestGetModelInfo),
          .handle = [this](auto, const CallFacts&, auto reply) { reply.Finish(DescribeModel()); }},
      tokenize_{
          .name = kTokenize,
          .listen = ListenerOf(service_, &GrpcService::RequestTokenize),
          .parse =
              [this](const grpc::ByteBuffer& buffer) {
                return ParseBytes(buffer, options_.limits, &ParseTokenizeRequest);
              },
          .handle = [this](auto request, const CallFacts& call,
                           auto reply) { Tokenize(std::move(request), call, std::move(reply)); }} {}

void EmbeddingService::Listen(const CallEnvironment& environment, int depth) {
  for (int i = 0; i < depth; ++i) {
    UnaryCall<v1::EmbedRequest, v1::EmbedResponse>::Listen(embed_, environment);
    EmbedStreamCall::Listen(embed_stream_, open_streams_, environment);
    UnaryCall<v1::GetModelInfoRequest, v1::GetModelInfoResponse>::Listen(get_model_info_,
                                                                         environment);
    UnaryCall<v1::TokenizeRequest, v1::TokenizeResponse>::Listen(tokenize_, environment);
  }
}

std::vector<MethodName> EmbeddingService::Methods() {
  return {kEmbed, kEmbedStream, kTokenize, kGetModelInfo};
}

void EmbeddingService::Tokenize(v1::TokenizeRequest request, const CallFacts& call,
                                Reply<v1::TokenizeResponse> reply) {
  const absl::StatusOr<Truncation> truncation = TruncationOf(request.truncation());
  if (!truncation.ok()) return reply.Finish(truncation.status());
  ServedModelPtr served = backend_.served();
  auto sink = std::make_unique<TokenizeSink>(std::move(reply), *truncation,
                                             served->info.max_sequence_length);
  backend_.tokenize({.served = std::move(served),
                     .text = std::move(*request.mutable_text()),
                     .deadline = BoundedDeadline(call.deadline, clock_.Now(), options_.deadlines),
                     .client = call.client,
                     .reply = Reply<std::vector<Token>>(std::move(sink))});
}

void EmbeddingService::Embed(v1::EmbedRequest request, const CallFacts& call,
                             Reply<v1::EmbedResponse> reply) {
  const absl::StatusOr<Truncation> truncation = TruncationOf(request.truncation());
  if (!truncation.ok()) return reply.Finish(truncation.status());
  const ServedModelPtr served = backend_.served();
  const absl::StatusOr<VectorOptions> vectors = VectorOptionsOf(request, served->info);
  if (!vectors.ok()) return reply.Finish(vectors.status());
  if (const absl::Status status = CheckFingerprint(request, served->info); !status.ok()) {
    return reply.Finish(status);
  }
  const absl::StatusOr<std::string_view> prompt = PromptOf(request, served->info);
  if (!prompt.ok()) return reply.Finish(prompt.status());
  auto& texts = *request.mutable_texts();
  if (!prompt->empty()) {
    for (std::string& text : texts) text.insert(0, *prompt);
  }
  backend_.embed(
      {.served = served,
       .texts = {std::make_move_iterator(texts.begin()), std::make_move_iterator(texts.end())},
       .truncation = *truncation,
       .deadline = BoundedDeadline(call.deadline, clock_.Now(), options_.deadlines),
       .client = call.client,
       .stream = call.stream,
       .reply =
           Reply<EmbedResult>(std::make_unique<EmbedSink>(std::move(reply), *vectors, served))});
}

v1::GetModelInfoResponse EmbeddingService::DescribeModel() const {
  const ServedModelPtr served = backend_.served();
  const ModelInfo& model = served->info;
  v1::GetModelInfoResponse response;
  response.set_name(model.name);
  response.set_revision(model.revision);
  response.set_fingerprint(model.fingerprint);
  response.set_dimensions(static_cast<std::uint32_t>(model.dimension));
  response.set_max_sequence_length(static_cast<std::uint32_t>(model.max_sequence_length));
  response.set_pooling(model.pooling);
  response.set_normalized(model.normalized);
  response.set_precision(model.precision);
  response.set_tokenizer(model.tokenizer);
  response.set_max_texts_per_request(static_cast<std::uint32_t>(options_.limits.max_texts));
  response.set_max_text_bytes(static_cast<std::uint32_t>(options_.limits.max_text_bytes));
  response.set_server_version(options_.server_version);
  response.mutable_prompts()->insert(model.prompts.begin(), model.prompts.end());
  if (model.default_prompt_name) response.set_default_prompt_name(*model.default_prompt_name);
  return response;
}

}  // namespace quartet
