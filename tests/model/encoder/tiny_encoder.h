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

inline TensorsByName TinyTensors() {
  at::manual_seed(5);
  TensorsByName tensors;
  const auto floats = [&](const std::string& name, c10::IntArrayRef sizes, double low,
                          double high) {
    tensors.insert(name, at::rand(sizes, at::kFloat) * (high - low) + low);
  };
  const auto linear = [&](const std::string& name, std::int64_t inputs, std::int64_t outputs) {
    tensors.insert(name + ".weight", at::randint(-127, 128, {outputs / 64, inputs / 4, 64, 4},
                                                 at::TensorOptions(at::kChar)));
    floats(name + ".scale", {outputs}, 0.001, 0.003);
    floats(name + ".bias", {outputs}, -0.5, 0.5);
  };
  const auto norm = [&](const std::string& name) {
    floats(name + ".weight", {64}, 0.5, 1.5);
    floats(name + ".bias", {64}, -0.2, 0.2);
  };
  tensors.insert("token_embedding.weight",
                 at::randint(-127, 128, {50, 64}, at::TensorOptions(at::kChar)));
  floats("token_embedding.scale", {50}, 0.01, 0.02);
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
