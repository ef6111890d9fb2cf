// Between the messages of tei.v1 and those of quartet.v1: a call of it is served as one of ours, of
// one text. Pure functions.
#ifndef QUARTET_RPC_TEI_CONVERSION_H_
#define QUARTET_RPC_TEI_CONVERSION_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/clock.h"
#include "quartet/v1/embedding.pb.h"
#include "tei/v1/tei.pb.h"

namespace quartet {

// INVALID_ARGUMENT: a truncation direction that is none.
absl::StatusOr<v1::EmbedOptions> EmbedOptionsOf(const tei::v1::EmbedRequest& request);

// INVALID_ARGUMENT: a prompt is named, which Tokenize does not put before the text.
absl::StatusOr<v1::TokenizeRequest> MakeTokenizeRequest(const tei::v1::EncodeRequest& request);

// Unicode characters of valid UTF-8.
std::uint32_t CharactersOf(std::string_view text);

// `characters` of the text. Times are left out.
tei::v1::EmbedResponse MakeTeiEmbedResponse(v1::Embedding embedding, std::uint32_t characters);

// Takes the first embedding of an answer.
tei::v1::EmbedResponse MakeTeiEmbedResponse(v1::EmbedResponse response, std::uint32_t characters,
                                            Duration total);

tei::v1::EncodeResponse MakeEncodeResponse(const v1::TokenizeResponse& response,
                                           const tei::v1::EncodeRequest& request);

// What the server is, beside what its model says.
struct TeiCapacity {
  std::size_t queue_tokens = 0;
  std::size_t batch_items = 0;
};

tei::v1::InfoResponse MakeInfoResponse(const v1::GetModelInfoResponse& info,
                                       const TeiCapacity& capacity);

// The same error about the field that has the value in tei.v1: "inputs", not "texts[0]" or "text";
// "dimensions", not a stream's "options.dimensions".
absl::Status ToTeiStatus(const absl::Status& status);

}  // namespace quartet

#endif  // QUARTET_RPC_TEI_CONVERSION_H_
