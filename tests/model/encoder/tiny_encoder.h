// The state of a small encoder with random weights: two layers, two heads of 32.
#ifndef QUARTET_TESTS_MODEL_ENCODER_TINY_ENCODER_H_
#define QUARTET_TESTS_MODEL_ENCODER_TINY_ENCODER_H_

#include <ATen/ATen.h>

#include <string>

#include "model/encoder/encoder_state.h"

namespace quartet {

inline constexpr double kTinyEpsilon = 1e-12;

inline SizesByName TinySizes() {
  SizesByName sizes;
  for (const auto& [name, size] : {std::pair{"vocab_size", 50},
                                   {"hidden_size", 64},
                                   {"intermediate_size", 128},
                                   {"num_hidden_layers", 2},
                                   {"num_attention_heads", 2},
                                   {"max_sequence_length", 70},
                                   {"mean_pooling", 1},
                                   {"normalize", 0}}) {
    sizes.insert(name, size);
  }
  return sizes;
}

// int8, bfloat16 or float32 weights.
inline TensorsByName TinyTensors(at::ScalarType weights = at::kChar) {
  at::manual_seed(5);
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
    narrow(name, {outputs / 64, inputs / pack, 64, pack}, outputs, 0.002);
    floats(name + ".bias", {outputs}, -0.5, 0.5);
  };
  const auto norm = [&](const std::string& name) {
    floats(name + ".weight", {64}, 0.5, 1.5);
    floats(name + ".bias", {64}, -0.2, 0.2);
  };
  narrow("token_embedding", {50, 64}, 50, 0.015);
  floats("position_embedding", {70, 64}, -0.3, 0.3);
  norm("embedding_norm");
  for (const std::string layer : {"layers.0.", "layers.1."}) {
    linear(layer + "query_key_value", 64, 192);
    linear(layer + "attention_output", 64, 64);
    norm(layer + "attention_norm");
    linear(layer + "intermediate", 64, 128);
    linear(layer + "output", 128, 64);
    norm(layer + "output_norm");
  }
  return tensors;
}

}  // namespace quartet

#endif  // QUARTET_TESTS_MODEL_ENCODER_TINY_ENCODER_H_
