// Does this process compute what the model's exporter saw?
#ifndef QUARTET_SELF_TEST_H_
#define QUARTET_SELF_TEST_H_

#include <vector>

#include "absl/status/status.h"
#include "core/embedding_model.h"
#include "core/tokenizer.h"
#include "model/model_manifest.h"

namespace quartet {

// Tokenizes and embeds the artefact's golden texts, one by one and in full batches, and compares
// ids, and vectors within `tolerance` as ModelManifest::golden_tolerance says. Also warms the model
// up.
// INTERNAL, naming the text's index: something differs.
absl::Status RunSelfTest(const Tokenizer& tokenizer, EmbeddingModel& model,
                         const std::vector<GoldenText>& golden, float tolerance);

}  // namespace quartet

#endif  // QUARTET_SELF_TEST_H_
