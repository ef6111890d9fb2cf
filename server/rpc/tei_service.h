// tei.v1.Embed, tei.v1.Tokenize and tei.v1.Info: the methods of another API over ours, for clients
// that are already written.
#ifndef QUARTET_RPC_TEI_SERVICE_H_
#define QUARTET_RPC_TEI_SERVICE_H_

#include <vector>

#include "core/clock.h"
#include "rpc/embed_stream_call.h"
#include "rpc/embedding_service.h"
#include "rpc/tei_conversion.h"
#include "rpc/unary_call.h"
#include "tei/v1/tei.grpc.pb.h"

namespace quartet {

// Thread-safe. Must outlive the server that it is registered with.
class TeiService {
 public:
  // Both outlive it. Its streams are among those of `embedding`, which stops them.
  TeiService(EmbeddingService& embedding, const Clock& clock, TeiCapacity capacity);

  // To be registered with the server's builder.
  std::vector<grpc::Service*> grpc_services() {
    return {&embed_service_, &tokenize_service_, &info_service_};
  }

  // Waits for calls of every method, `depth` calls each. `environment` outlives the calls.
  void Listen(const CallEnvironment& environment, int depth);

  // Every method, for an observer that wants to know them beforehand.
  static std::vector<MethodName> Methods();

 private:
  // All methods come to us as bytes.
  using EmbedGrpcService = tei::v1::Embed::WithRawMethod_Embed<
      tei::v1::Embed::WithRawMethod_EmbedStream<tei::v1::Embed::Service>>;
  using TokenizeGrpcService = tei::v1::Tokenize::WithRawMethod_Tokenize<tei::v1::Tokenize::Service>;
  using InfoGrpcService = tei::v1::Info::WithRawMethod_Info<tei::v1::Info::Service>;

  absl::StatusOr<StreamText> ParseStreamText(const grpc::ByteBuffer& buffer) const;
  void Embed(const tei::v1::EmbedRequest& request, const CallFacts& call,
             Reply<tei::v1::EmbedResponse> reply);
  void Tokenize(tei::v1::EncodeRequest request, const CallFacts& call,
                Reply<tei::v1::EncodeResponse> reply);

  EmbeddingService& embedding_;
  const Clock& clock_;
  const TeiCapacity capacity_;
  EmbedGrpcService embed_service_;
  TokenizeGrpcService tokenize_service_;
  InfoGrpcService info_service_;
  const UnaryMethod<tei::v1::EmbedRequest, tei::v1::EmbedResponse> embed_;
  const EmbedStreamMethod embed_stream_;
  const UnaryMethod<tei::v1::EncodeRequest, tei::v1::EncodeResponse> tokenize_;
  const UnaryMethod<tei::v1::InfoRequest, tei::v1::InfoResponse> info_;
};

}  // namespace quartet

#endif  // QUARTET_RPC_TEI_SERVICE_H_
