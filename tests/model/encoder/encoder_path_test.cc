#include "model/encoder/encoder_path.h"

#include <ATen/ATen.h>

#include <catch2/catch.hpp>
#include <memory>

#include "model/encoder/aten_encoder.h"
#include "model/encoder/tiny_encoder.h"

namespace quartet {
namespace {

TEST_CASE("the rows of tokens are what the vectors are pooled from", "[encoder]") {
  const at::Tensor token_ids = at::tensor({3, 0, 49, 7, 7, 12}, at::kLong);
  const at::Tensor lengths = at::tensor({2, 4}, at::kLong);
  for (const at::ScalarType weights : {at::kChar, at::kBFloat16, at::kFloat}) {
    const EncoderState state = ReadEncoderState(TinySizes(), kTinyEpsilon, TinyTensors(weights));
    const std::unique_ptr<EncoderPath> path = BestEncoderPath(state);
    const at::Tensor rows = path->EncodeTokens(token_ids, lengths);
    const at::Tensor vectors = path->Encode(token_ids, lengths);
    REQUIRE(rows.sizes() == c10::IntArrayRef({6, 64}));
    CHECK(at::allclose(rows.slice(0, 0, 2).mean(0), vectors[0], 0, 1e-5));
    CHECK(at::allclose(rows.slice(0, 2, 6).mean(0), vectors[1], 0, 1e-5));

    const AtenEncoder plain(state);
    const at::Tensor expected = plain.EncodeTokens(token_ids, lengths);
    CHECK(at::cosine_similarity(rows, expected, 1).min().item<float>() > 0.999F);
  }
}

}  // namespace
}  // namespace quartet
