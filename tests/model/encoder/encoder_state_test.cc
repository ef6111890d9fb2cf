#include "model/encoder/encoder_state.h"

#include <c10/util/Exception.h>

#include <catch2/catch.hpp>
#include <string>

#include "model/encoder/tiny_encoder.h"

namespace quartet {
namespace {

void CheckRefused(const SizesByName& sizes, const TensorsByName& tensors, const char* message) {
  CHECK_THROWS_WITH(ReadEncoderState(sizes, kTinyEpsilon, tensors), Catch::Contains(message));
}

SizesByName With(const char* name, std::int64_t size) {
  SizesByName sizes = TinySizes();
  sizes.insert_or_assign(name, size);
  return sizes;
}

TEST_CASE("a complete state is read", "[encoder]") {
  const EncoderState state = ReadEncoderState(TinySizes(), kTinyEpsilon, TinyTensors());
  CHECK(state.shape.head_size() == 32);
  CHECK(state.shape.mean_pooling);
  CHECK_FALSE(state.shape.normalize);
  CHECK(state.layers.size() == 2);
  CHECK(state.layers[1].output.weight.size(1) == 32);
}

TEST_CASE("positions that skip the padding have a row for it", "[encoder]") {
  CheckRefused(With("padding_id", 1), TinyTensors(),
               "position_embedding is Float[70, 64], expected Float[71, 64]");
}

TEST_CASE("sizes that the kernels don't serve are refused by name", "[encoder]") {
  const TensorsByName tensors = TinyTensors();
  CheckRefused(With("hidden_size", 96), tensors, "hidden_size 96");
  CheckRefused(With("intermediate_size", 100), tensors, "intermediate_size 100");
  CheckRefused(With("num_attention_heads", 4), tensors, "4 heads");
  CheckRefused(With("num_attention_heads", 0), tensors, "0 heads");
  CheckRefused(With("vocab_size", 0), tensors, "vocab_size");
  CheckRefused(With("max_sequence_length", -1), tensors, "max_sequence_length is -1");
  CheckRefused(With("num_hidden_layers", std::int64_t{1} << 40), tensors, "num_hidden_layers is");
  SizesByName sizes = TinySizes();
  REQUIRE(sizes.erase("normalize") == 1);
  CheckRefused(sizes, tensors, "normalize is missing");
}

TEST_CASE("a tensor that is missing, or not as the sizes say, is refused by name", "[encoder]") {
  CheckRefused(With("num_hidden_layers", 3), TinyTensors(),
               "layers.2.query_key_value.weight is missing");
  CheckRefused(With("vocab_size", 51), TinyTensors(), "tensor token_embedding.weight is Char[50");
  TensorsByName tensors = TinyTensors();
  tensors.insert_or_assign("layers.1.output.bias", at::zeros({64}, at::kDouble));
  CheckRefused(TinySizes(), tensors, "layers.1.output.bias is Double[64], expected Float[64]");
}

TEST_CASE("bfloat16 weights have another packing and no scales", "[encoder]") {
  const EncoderState state =
      ReadEncoderState(TinySizes(), kTinyEpsilon, TinyTensors(at::kBFloat16));
  CHECK(state.weights == at::kBFloat16);
  CHECK(state.layers[1].output.weight.size(1) == 64);
  CHECK_FALSE(state.layers[1].output.scale.defined());
}

TEST_CASE("weights of one type only, of a known one", "[encoder]") {
  TensorsByName tensors = TinyTensors();
  tensors.insert_or_assign("token_embedding.weight", at::zeros({50, 64}, at::kBFloat16));
  CheckRefused(TinySizes(), tensors, "layers.0.query_key_value.weight is Char");
  tensors.insert_or_assign("token_embedding.weight", at::zeros({50, 64}, at::kHalf));
  CheckRefused(TinySizes(), tensors, "supported are Char, BFloat16 and Float");
}

TEST_CASE("a widened state has the same weights in float32", "[encoder]") {
  const EncoderState halves =
      ReadEncoderState(TinySizes(), kTinyEpsilon, TinyTensors(at::kBFloat16));
  const EncoderState floats = Widened(halves);
  CHECK(floats.weights == at::kFloat);
  CHECK(floats.token_embedding.equal(halves.token_embedding.to(at::kFloat)));
  const at::Tensor before = halves.layers[1].output.weight;  // [1, 64, 64, 2]
  const at::Tensor after = floats.layers[1].output.weight;   // [1, 128, 64, 1]
  REQUIRE(after.sizes() == c10::IntArrayRef({1, 128, 64, 1}));
  CHECK(after.is_contiguous());
  for (const int input : {0, 1, 2, 77, 127}) {
    CHECK(after[0][input][5][0].item<float>() == before[0][input / 2][5][input % 2].item<float>());
  }
}

}  // namespace
}  // namespace quartet
