// Between the messages of Embed and the pipeline's types. Pure functions.
#ifndef QUARTET_RPC_EMBED_CONVERSION_H_
#define QUARTET_RPC_EMBED_CONVERSION_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "calls/vector_options.h"
#include "core/embed_result.h"
#include "core/model_info.h"
#include "core/tokenizer.h"
#include "quartet/v1/embedding.pb.h"

namespace quartet {

// INVALID_ARGUMENT: a value that the enum does not have.
absl::StatusOr<Truncation> TruncationOf(v1::Truncation truncation);

// INVALID_ARGUMENT: an unknown encoding; dimensions of 0 or more than the model has.
absl::StatusOr<VectorOptions> VectorOptionsOf(const v1::EmbedRequest& request,
                                              const ModelInfo& model);

// FAILED_PRECONDITION: the call wants another model than this one.
absl::Status CheckFingerprint(const v1::EmbedRequest& request, const ModelInfo& model);

// What the call wants before each text, which may be nothing. INVALID_ARGUMENT: no prompt of the
// model's. The view is of `model`.
absl::StatusOr<std::string_view> PromptOf(const v1::EmbedRequest& request, const ModelInfo& model);

v1::EmbedResponse MakeEmbedResponse(const EmbedResult& result, const VectorOptions& options,
                                    const ModelInfo& model);

}  // namespace quartet

#endif  // QUARTET_RPC_EMBED_CONVERSION_H_
