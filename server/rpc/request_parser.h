// From the bytes of a request with texts to a checked message.
#ifndef QUARTET_RPC_REQUEST_PARSER_H_
#define QUARTET_RPC_REQUEST_PARSER_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "calls/text_limits.h"
#include "quartet/v1/embedding.pb.h"
#include "rpc/message_bytes.h"
#include "tei/v1/tei.pb.h"

namespace quartet {

// What `parser`, one of those below, makes of a buffer's bytes.
template <class Request>
absl::StatusOr<Request> ParseBytes(const grpc::ByteBuffer& buffer, const RequestLimits& limits,
                                   absl::StatusOr<Request> (*parser)(const std::string&,
                                                                     const RequestLimits&)) {
  const absl::StatusOr<std::string> bytes = CopyBytes(buffer);
  if (!bytes.ok()) return bytes.status();
  return parser(*bytes, limits);
}

// INVALID_ARGUMENT, naming the field, the limit and the value: no text or too many, an empty or too
// large one, invalid UTF-8, bytes that are no EmbedRequest.
//
// The bytes are walked before the message is built, so that a megabyte of empty texts costs a walk
// and not a 28-fold copy, and so that we (and not a line of protobuf on stderr) say which text is
// not UTF-8.
absl::StatusOr<v1::EmbedRequest> ParseEmbedRequest(const std::string& bytes,
                                                   const RequestLimits& limits);

// The same checks for the one text of a TokenizeRequest.
absl::StatusOr<v1::TokenizeRequest> ParseTokenizeRequest(const std::string& bytes,
                                                         const RequestLimits& limits);

// The same for the inputs of tei.v1.
absl::StatusOr<tei::v1::EmbedRequest> ParseTeiEmbedRequest(const std::string& bytes,
                                                           const RequestLimits& limits);
absl::StatusOr<tei::v1::EncodeRequest> ParseTeiEncodeRequest(const std::string& bytes,
                                                             const RequestLimits& limits);

// One message of a stream, checked. What is wrong with its text is that text's affair: `problem`,
// INVALID_ARGUMENT, which the stream outlives. Its text is then empty.
struct StreamText {
  v1::EmbedStreamRequest message;
  absl::Status problem;
};

// The same checks for the text of an EmbedStreamRequest. INVALID_ARGUMENT: bytes that are none.
absl::StatusOr<StreamText> ParseEmbedStreamRequest(const std::string& bytes,
                                                   const RequestLimits& limits);

}  // namespace quartet

#endif  // QUARTET_RPC_REQUEST_PARSER_H_
