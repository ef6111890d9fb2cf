// quartet.v1.EmbeddingService: what the methods do.
#ifndef QUARTET_RPC_EMBEDDING_SERVICE_H_
#define QUARTET_RPC_EMBEDDING_SERVICE_H_

#include <functional>
#include <string>
#include <vector>

#include "calls/deadline_limits.h"
#include "calls/text_limits.h"
#include "core/clock.h"
#include "core/request.h"
#include "core/served_model.h"
#include "quartet/v1/embedding.grpc.pb.h"
#include "rpc/embed_stream_call.h"
#include "rpc/open_streams.h"
#include "rpc/request_parser.h"
#include "rpc/stream_flow.h"
#include "rpc/unary_call.h"

namespace quartet {

// Thread-safe. Must outlive the server that it is registered with.
class EmbeddingService {
 public:
  struct Options {
    RequestLimits limits;
    DeadlineLimits deadlines;
    StreamLimits streams;
    std::string server_version;
  };

  // They must not block.
  struct Backend {
    std::function<ServedModelPtr()> served;  // the model for calls that come now
    // Take a request and answer it, now or later, exactly once.
    std::function<void(Request)> embed;
    std::function<void(TokenizeRequest)> tokenize;
  };

  EmbeddingService(Options options, const Clock& clock, Backend backend);

  // To be registered with the server's builder.
  grpc::Service* grpc_service() { return &service_; }

  // Waits for calls of every method, `depth` calls each. `environment` outlives the calls.
  void Listen(const CallEnvironment& environment, int depth);

  // Streams take nothing any more, and end when what they took is answered.
  void StopStreams() { open_streams_.StopAll(); }

  // Every method, for an observer that wants to know them beforehand.
  static std::vector<MethodName> Methods();

  // What the methods do, for another API that offers the same. Requests are checked for their texts
  // already, and answered once, now or later.
  void Embed(v1::EmbedRequest request, const CallFacts& call, Reply<v1::EmbedResponse> reply);
  void Tokenize(v1::TokenizeRequest request, const CallFacts& call,
                Reply<v1::TokenizeResponse> reply);
  v1::GetModelInfoResponse DescribeModel() const;
  const Options& options() const { return options_; }
  OpenStreams& open_streams() { return open_streams_; }

 private:
  // All methods come to us as bytes.
  using GrpcService = v1::EmbeddingService::WithRawMethod_Embed<
      v1::EmbeddingService::WithRawMethod_EmbedStream<v1::EmbeddingService::WithRawMethod_Tokenize<
          v1::EmbeddingService::WithRawMethod_GetModelInfo<v1::EmbeddingService::Service>>>>;

  const Options options_;
  const Clock& clock_;
  const Backend backend_;
  GrpcService service_;
  OpenStreams open_streams_;
  const UnaryMethod<v1::EmbedRequest, v1::EmbedResponse> embed_;
  const EmbedStreamMethod embed_stream_;
  const UnaryMethod<v1::GetModelInfoRequest, v1::GetModelInfoResponse> get_model_info_;
  const UnaryMethod<v1::TokenizeRequest, v1::TokenizeResponse> tokenize_;
};

}  // namespace quartet

#endif  // QUARTET_RPC_EMBEDDING_SERVICE_H_
