#include "model/encoder/encoder_path.h"

#include <utility>

#include "model/encoder/aten_encoder.h"
#include "model/encoder/fused_path.h"

namespace quartet {
namespace {

class AtenPath final : public EncoderPath {
 public:
  explicit AtenPath(const EncoderState& state) : encoder_(state) {}
  at::Tensor Encode(const at::Tensor& token_ids, const at::Tensor& sequence_lengths) override {
    return encoder_.Encode(token_ids, sequence_lengths);
  }
  at::Tensor EncodeTokens(const at::Tensor& token_ids,
                          const at::Tensor& sequence_lengths) override {
    return encoder_.EncodeTokens(token_ids, sequence_lengths);
  }
  std::string Name() const override {
    return "aten float32: no kernels for this CPU or these sizes";
  }

 private:
  const AtenEncoder encoder_;
};

}  // namespace

std::unique_ptr<EncoderPath> BestEncoderPath(EncoderState state) {
  std::unique_ptr<EncoderPath> path = FusedEncoderPath(state);
  return path ? std::move(path) : std::make_unique<AtenPath>(state);
}

}  // namespace quartet
