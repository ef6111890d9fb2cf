// Between protobuf messages and gRPC's buffers.
//
// Methods are registered raw (bytes in, bytes out) because gRPC answers a message it can't parse
// by itself: with INTERNAL, past our metrics, and with a line on stderr for each.
#ifndef QUARTET_RPC_MESSAGE_BYTES_H_
#define QUARTET_RPC_MESSAGE_BYTES_H_

#include <google/protobuf/message_lite.h>
#include <grpcpp/grpcpp.h>

#include <string>

#include "absl/status/statusor.h"

namespace quartet {

// The buffer's bytes in one piece. INTERNAL: gRPC could not decompress or copy them.
absl::StatusOr<std::string> CopyBytes(const grpc::ByteBuffer& buffer);

grpc::ByteBuffer SerializeMessage(const google::protobuf::MessageLite& message);

// INVALID_ARGUMENT: the bytes are no message of this type.
template <class Message>
absl::StatusOr<Message> ParseMessage(const grpc::ByteBuffer& buffer) {
  const absl::StatusOr<std::string> bytes = CopyBytes(buffer);
  if (!bytes.ok()) return bytes.status();
  Message message;
  if (!message.ParseFromString(*bytes)) {
    return absl::InvalidArgumentError("the request is not a valid " + message.GetTypeName() +
                                      " message of " + std::to_string(bytes->size()) + " bytes");
  }
  return message;
}

}  // namespace quartet

#endif  // QUARTET_RPC_MESSAGE_BYTES_H_
