#include "model/encoder/encoder_state.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

namespace quartet {
namespace {

constexpr std::size_t kBlock = 64;
constexpr std::size_t kPackBytes = 4;  // of one column that a dot product instruction takes
constexpr std::size_t kHeadStep = 32;
constexpr std::int64_t kLargestSize = 1 << 20;  // of anything: products of sizes can't overflow

std::size_t Size(const SizesByName& sizes, const std::string& name) {
  const auto found = sizes.find(name);
  TORCH_CHECK(found != sizes.end(), "quartet.Encoder: size ", name, " is missing");
  const std::int64_t value = found->value();
  TORCH_CHECK(value >= 0 && value <= kLargestSize, "quartet.Encoder: ", name, " is ", value);
  return static_cast<std::size_t>(value);
}

// For a size that artefacts of most models don't have.
std::optional<std::int64_t> OptionalSize(const SizesByName& sizes, const std::string& name) {
  if (!sizes.contains(name)) return std::nullopt;
  return static_cast<std::int64_t>(Size(sizes, name));
}

EncoderShape ReadShape(const SizesByName& sizes, double layer_norm_eps) {
  EncoderShape shape{.vocab_size = Size(sizes, "vocab_size"),
                     .hidden_size = Size(sizes, "hidden_size"),
                     .intermediate_size = Size(sizes, "intermediate_size"),
                     .num_hidden_layers = Size(sizes, "num_hidden_layers"),
                     .num_attention_heads = Size(sizes, "num_attention_heads"),
                     .max_sequence_length = Size(sizes, "max_sequence_length"),
                     .padding_id = OptionalSize(sizes, "padding_id"),
                     .mean_pooling = Size(sizes, "mean_pooling") != 0,
                     .normalize = Size(sizes, "normalize") != 0,
                     .layer_norm_eps = static_cast<float>(layer_norm_eps)};
  TORCH_CHECK(shape.vocab_size > 0 && shape.max_sequence_length > 0,
              "quartet.Encoder: vocab_size and max_sequence_length must not be 0");
  TORCH_CHECK_NOT_IMPLEMENTED(
      shape.hidden_size > 0 && shape.hidden_size % kBlock == 0 && shape.intermediate_size > 0 &&
          shape.intermediate_size % kBlock == 0,
      "quartet.Encoder: hidden_size ", shape.hidden_size, " and intermediate_size ",
      shape.intermediate_size, " must be multiples of ", kBlock);
  const std::size_t heads = shape.num_attention_heads;
  TORCH_CHECK_NOT_IMPLEMENTED(
      heads > 0 && shape.hidden_size % heads == 0 && shape.head_size() % kHeadStep == 0,
      "quartet.Encoder: ", heads, " heads for a hidden_size of ", shape.hidden_size,
      "; the size of a head must be a multiple of ", kHeadStep);
  return shape;
}

// Takes tensors by name, checked.
class Tensors {
 public:
  explicit Tensors(const TensorsByName& tensors)
      : tensors_(tensors), weights_(Find("token_embedding.weight").scalar_type()) {
    TORCH_CHECK(weights_ == at::kChar || weights_ == at::kBFloat16 || weights_ == at::kFloat,
                "quartet.Encoder: tensor token_embedding.weight is ", weights_,
                ", supported are Char, BFloat16 and Float");
  }

  at::ScalarType weights() const { return weights_; }

  at::Tensor Take(const std::string& name, at::ScalarType type,
                  const std::vector<std::size_t>& sizes) const {
    const at::Tensor tensor = Find(name);
    const std::vector<std::int64_t> expected(sizes.begin(), sizes.end());
    TORCH_CHECK(tensor.scalar_type() == type && tensor.sizes() == c10::IntArrayRef(expected),
                "quartet.Encoder: tensor ", name, " is ", tensor.scalar_type(), tensor.sizes(),
                ", expected ", type, c10::IntArrayRef(expected));
    return tensor.contiguous();
  }

  PackedLinear Linear(const std::string& name, std::size_t inputs, std::size_t outputs) const {
    const std::size_t pack = kPackBytes / c10::elementSize(weights_);
    return {Take(name + ".weight", weights_, {outputs / kBlock, inputs / pack, kBlock, pack}),
            Scale(name, outputs), Take(name + ".bias", at::kFloat, {outputs})};
  }

  // Undefined for weights that need none.
  at::Tensor Scale(const std::string& name, std::size_t rows) const {
    return weights_ == at::kChar ? Take(name + ".scale", at::kFloat, {rows}) : at::Tensor();
  }

  NormWeights Norm(const std::string& name, std::size_t hidden) const {
    return {Take(name + ".weight", at::kFloat, {hidden}),
            Take(name + ".bias", at::kFloat, {hidden})};
  }

 private:
  at::Tensor Find(const std::string& name) const {
    const auto found = tensors_.find(name);
    TORCH_CHECK(found != tensors_.end(), "quartet.Encoder: tensor ", name, " is missing");
    return found->value();
  }

  const TensorsByName& tensors_;
  const at::ScalarType weights_;
};

PackedLayer ReadLayer(const Tensors& tensors, const EncoderShape& shape, std::size_t index) {
  const std::string layer = "layers." + std::to_string(index) + ".";
  const std::size_t hidden = shape.hidden_size;
  const std::size_t intermediate = shape.intermediate_size;
  return {tensors.Linear(layer + "query_key_value", hidden, 3 * hidden),
          tensors.Linear(layer + "attention_output", hidden, hidden),
          tensors.Norm(layer + "attention_norm", hidden),
          tensors.Linear(layer + "intermediate", hidden, intermediate),
          tensors.Linear(layer + "output", intermediate, hidden),
          tensors.Norm(layer + "output_norm", hidden)};
}

}  // namespace

EncoderState ReadEncoderState(const SizesByName& sizes, double layer_norm_eps,
                              const TensorsByName& by_name) {
  EncoderState state;
  state.shape = ReadShape(sizes, layer_norm_eps);
  const std::size_t hidden = state.shape.hidden_size;
  const Tensors tensors(by_name);
  state.weights = tensors.weights();
  state.token_embedding =
      tensors.Take("token_embedding.weight", state.weights, {state.shape.vocab_size, hidden});
  state.token_scale = tensors.Scale("token_embedding", state.shape.vocab_size);
  state.position_embedding =
      tensors.Take("position_embedding", at::kFloat, {state.shape.position_rows(), hidden});
  state.embedding_norm = tensors.Norm("embedding_norm", hidden);
  for (std::size_t i = 0; i < state.shape.num_hidden_layers; ++i) {
    state.layers.push_back(ReadLayer(tensors, state.shape, i));
  }
  return state;
}

EncoderState Widened(EncoderState state) {
  const auto widen = [](PackedLinear& linear) {
    // [.., inputs / 2, 64, 2] -> [.., inputs / 2, 2, 64] -> [.., inputs, 64, 1]
    const at::Tensor in_order = linear.weight.to(at::kFloat).transpose(2, 3);
    linear.weight = in_order.reshape({linear.weight.size(0), -1, linear.weight.size(2), 1});
  };
  for (PackedLayer& layer : state.layers) {
    for (PackedLinear* linear :
         {&layer.query_key_value, &layer.attention_output, &layer.intermediate, &layer.output}) {
      widen(*linear);
    }
  }
  state.token_embedding = state.token_embedding.to(at::kFloat);
  state.weights = at::kFloat;
  return state;
}

}  // namespace quartet
