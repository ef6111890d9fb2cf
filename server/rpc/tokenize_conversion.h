// Between the messages of Tokenize and the tokenizer's. Pure.
#ifndef QUARTET_RPC_TOKENIZE_CONVERSION_H_
#define QUARTET_RPC_TOKENIZE_CONVERSION_H_

#include <cstddef>
#include <vector>

#include "absl/status/statusor.h"
#include "core/token.h"
#include "core/tokenizer.h"
#include "quartet/v1/embedding.pb.h"

namespace quartet {

// `tokens`: all of a text, the added ones at both ends. Of more than `max_sequence_length` those
// that Embed would cut are marked; INVALID_ARGUMENT where Truncation::kReject refuses.
absl::StatusOr<v1::TokenizeResponse> MakeTokenizeResponse(const std::vector<Token>& tokens,
                                                          Truncation truncation,
                                                          std::size_t max_sequence_length);

}  // namespace quartet

#endif  // QUARTET_RPC_TOKENIZE_CONVERSION_H_
