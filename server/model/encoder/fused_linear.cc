#include "model/encoder/fused_linear.h"

namespace quartet {
namespace {

std::vector<float> Floats(const at::Tensor& tensor) {
  const auto* values = tensor.const_data_ptr<float>();
  return {values, values + tensor.numel()};
}

std::size_t Inputs(const PackedLinear& packed) {
  return static_cast<std::size_t>(packed.weight.size(1) * packed.weight.size(3));
}

}  // namespace

Int8Linear::Int8Linear(const PackedLinear& packed)
    : weight_(packed.weight.const_data_ptr<std::int8_t>()),
      inputs_(Inputs(packed)),
      scale_(Floats(packed.scale)),
      sum_(scale_.size()),
      bias_(Floats(packed.bias)) {
  constexpr std::size_t kPack = Types::kPack;
  for (std::size_t column = 0; column < scale_.size(); ++column) {
    const std::int8_t* values =
        weight_ + column / kBlockColumns * kBlockColumns * inputs_ + column % kBlockColumns * kPack;
    std::int32_t total = 0;
    for (std::size_t input = 0; input < inputs_; ++input) {
      total += values[input / kPack * kBlockColumns * kPack + input % kPack];
    }
    sum_[column] = scale_[column] * static_cast<float>(total);
  }
}

Int8Table Int8Linear::TableOf(const EncoderState& state) {
  return {state.token_embedding.const_data_ptr<std::int8_t>(),
          state.token_scale.const_data_ptr<float>()};
}

HalfLinear::HalfLinear(const PackedLinear& packed)
    : weight_(reinterpret_cast<const std::uint16_t*>(packed.weight.const_data_ptr<at::BFloat16>())),
      inputs_(Inputs(packed)),
      bias_(Floats(packed.bias)) {}

HalfTable HalfLinear::TableOf(const EncoderState& state) {
  return {
      reinterpret_cast<const std::uint16_t*>(state.token_embedding.const_data_ptr<at::BFloat16>())};
}

}  // namespace quartet
