// The sentencepiece library that the build made, beside protobuf in one process. (Debian's own
// library brings an older protobuf along: a process with both dies before main.)
//
// No absl header here: sentencepiece's has an absl::string_view of its own.
#include <sentencepiece_processor.h>

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "google/rpc/status.pb.h"

namespace {

TEST_CASE("sentencepiece parses with the protobuf that our messages use", "[tokenization]") {
  google::rpc::Status message;
  message.set_message("a message of ours");
  sentencepiece::SentencePieceProcessor processor;
  // Field 2 of our message is a string, of a model it is the trainer's settings: no model.
  CHECK_FALSE(processor.LoadFromSerializedProto(message.SerializeAsString()).ok());
  CHECK_FALSE(processor.LoadFromSerializedProto("\xff\xff").ok());
  google::rpc::Status copy;
  CHECK(copy.ParseFromString(message.SerializeAsString()));
  CHECK(copy.message() == "a message of ours");
}

}  // namespace
