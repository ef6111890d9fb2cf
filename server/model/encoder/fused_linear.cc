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

template <class Types>
IntegerLinear<Types>::IntegerLinear(const PackedLinear& packed)
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

template <class Types>
Int8Table IntegerLinear<Types>::TableOf(const EncoderState& state) {
  return {state.token_embedding.const_data_ptr<std::int8_t>(),
          state.token_scale.const_data_ptr<float>()};
}

template <class Types>
PlainLinear<Types>::PlainLinear(const PackedLinear& packed)
    : weight_(static_cast<const typename Types::Weight*>(packed.weight.const_data_ptr())),
      inputs_(Inputs(packed)),
      bias_(Floats(packed.bias)) {}

template <class Types>
typename PlainLinear<Types>::Table PlainLinear<Types>::TableOf(const EncoderState& state) {
  return {static_cast<const typename Types::Weight*>(state.token_embedding.const_data_ptr())};
}

template class IntegerLinear<Int8Types>;
template class IntegerLinear<WideTypes>;
template class PlainLinear<HalfTypes>;
template class PlainLinear<FloatTypes>;

}  // namespace quartet
