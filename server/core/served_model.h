// A model with everything else that its answers depend on.
#ifndef QUARTET_CORE_SERVED_MODEL_H_
#define QUARTET_CORE_SERVED_MODEL_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "core/embedding_model.h"
#include "core/model_info.h"
#include "core/tokenizer.h"

namespace quartet {

// The model may be changed while calls are inside: each call takes one when it arrives, and holds
// it until it is answered. Its tokens, its vectors and the fingerprint that it is told are of that
// one, whatever is served by then.
struct ServedModel {
  ModelInfo info;
  std::string engine;  // which implementation this CPU runs, for people
  std::unique_ptr<Tokenizer> tokenizer;
  std::unique_ptr<EmbeddingModel> model;
  // Whether it computes what its exporter saw; takes some forwards. Thread-safe.
  std::function<absl::Status()> self_test;
};

using ServedModelPtr = std::shared_ptr<const ServedModel>;

}  // namespace quartet

#endif  // QUARTET_CORE_SERVED_MODEL_H_
