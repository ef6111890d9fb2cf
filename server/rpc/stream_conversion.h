// Between the messages of EmbedStream and those of Embed: a text of a stream is served as a call of
// one text. Pure functions.
#ifndef QUARTET_RPC_STREAM_CONVERSION_H_
#define QUARTET_RPC_STREAM_CONVERSION_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "quartet/v1/embedding.pb.h"

namespace quartet {

v1::EmbedRequest MakeEmbedRequest(const std::string& text, const v1::EmbedOptions& options);

// `answer` has one embedding. An error is about the fields of the stream's message: "text" instead
// of "texts[0]", "options.dimensions" instead of "dimensions".
v1::EmbedStreamResponse MakeStreamResponse(std::uint64_t id,
                                           absl::StatusOr<v1::EmbedResponse> answer);

// The status that such an error was made of, without advice when to come back.
absl::Status StatusOf(const v1::ItemError& error);

}  // namespace quartet

#endif  // QUARTET_RPC_STREAM_CONVERSION_H_
