// The state of a small encoder with random weights: two layers, by default with two heads of 32.
#ifndef QUARTET_TESTS_MODEL_ENCODER_TINY_ENCODER_H_
#define QUARTET_TESTS_MODEL_ENCODER_TINY_ENCODER_H_

#include <ATen/ATen.h>

#include <cmath>
#include <string>

#include "model/encoder/encoder_state.h"

namespace quartet {

inline constexpr double kTinyEpsilon = 1e-12;

struct TinyWidth {
  std::int64_t hidden = 64;
  std::int64_t intermediate = 128;
  std::int64_t heads = 2;
};

inline SizesByName TinySizes(const TinyWidth& width = {}) {
  SizesByName sizes;
  for (const auto& [name, size] : {std::pair{"vocab_size", std::int64_t{50}},
                                   {"hidden_size", width.hidden},
                                   {"intermediate_size", width.intermediate},
                                   {"num_hidden_layers", 2},
                                   {"num_attention_heads", width.heads},
                                   {"max_sequence_length", 70},
                                   {"mean_pooling", 1},
                                   {"normalize", 0}}) {
    sizes.insert(name, size);
  }
  return sizes;
}

// int8, bfloat16 or float32 weights.
inline TensorsByName TinyTensors(at::ScalarType weights = at::kChar, const TinyWidth& width = {}) {
  at::manual_seed(5);
  const std::int64_t hidden = width.hidden;
  TensorsByName tensors;
  const auto floats = [&](const std::string& name, c10::IntArrayRef sizes, double low,
                          double high) {
    tensors.insert(name, at::rand(sizes, at::kFloat) * (high - low) + low);
  };
  const auto narrow = [&](const std::string& name, c10::IntArrayRef sizes, std::int64_t rows,
                          double scale) {
    const at::Tensor values = at::randint(-127, 128, sizes, at::TensorOptions(at::kFloat));
    if (weights == at::kChar) {
      tensors.insert(name + ".weight", values.to(at::kChar));
      floats(name + ".scale", {rows}, 0.5 * scale, 1.5 * scale);
    } else {
      tensors.insert(name + ".weight", (values * scale).to(weights));
    }
  };
  const auto linear = [&](const std::string& name, std::int64_t inputs, std::int64_t outputs) {
    const auto pack = static_cast<std::int64_t>(4 / c10::elementSize(weights));
    narrow(name, {outputs / 64, inputs / pack, 64, pack}, outputs,
           0.016 / std::sqrt(static_cast<double>(inputs)));
    floats(name + ".bias", {outputs}, -0.5, 0.5);
  };
  const auto norm = [&](const std::string& name) {
    floats(name + ".weight", {hidden}, 0.5, 1.5);
    floats(name + ".bias", {hidden}, -0.2, 0.2);
  };
  narrow("token_embedding", {50, hidden}, 50, 0.015);
  floats("position_embedding", {70, hidden}, -0.3, 0.3);
  norm("embedding_norm");
  for (const std::string layer : {"layers.0.", "layers.1."}) {
    linear(layer + "query_key_value", hidden, 3 * hidden);
    linear(layer + "attention_output", hidden, hidden);
    norm(layer + "attention_norm");
    linear(layer + "intermediate", hidden, width.intermediate);
    linear(layer + "output", width.intermediate, hidden);
    norm(layer + "output_norm");
  }
  return tensors;
}

}  // namespace quartet

#endif  // QUARTET_TESTS_MODEL_ENCODER_TINY_ENCODER_H_
