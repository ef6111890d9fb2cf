// The fused encoder against libtorch's operators on the same weights.
#include "model/encoder/fused_encoder.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>
#include <thread>
#include <type_traits>
#include <vector>

#include "model/encoder/aten_encoder.h"
#include "model/encoder/random_values.h"
#include "model/encoder/tiny_encoder.h"

namespace quartet {
namespace {

using Lengths = std::vector<std::int64_t>;

constexpr std::size_t kHidden = 64;

template <class Linear>
EncoderState TinyState(const SizesByName& sizes = TinySizes()) {
  using Weight = typename Linear::Types::Weight;
  const at::ScalarType weights = std::is_same_v<Weight, std::int8_t> ? at::kChar
                                 : std::is_same_v<Weight, float>     ? at::kFloat
                                                                     : at::kBFloat16;
  return ReadEncoderState(sizes, kTinyEpsilon, TinyTensors(weights));
}

std::vector<std::int64_t> Ids(const Lengths& lengths) {
  return RandomValues().Ints<std::int64_t>(
      std::accumulate(lengths.begin(), lengths.end(), std::int64_t{0}), 0, 49);
}

// `threads` take the rows in shares; the first gets `first_share` rows.
template <class Linear>
std::vector<float> Encode(const FusedEncoder<Linear>& encoder, const std::vector<std::int64_t>& ids,
                          const Lengths& lengths, std::size_t threads = 1,
                          std::size_t first_share = 0) {
  const RaggedBatch batch{ids, lengths};
  const RowBuffers<Linear> shared(encoder.shape(), ids.size());
  Rendezvous rendezvous(threads);
  const auto encode = [&](std::size_t begin, std::size_t end) {
    const TileBuffers<Linear> own(encoder.shape());
    encoder.EncodeRows(batch, begin, end, shared, own, rendezvous);
  };
  if (threads == 1) {
    encode(0, ids.size());
  } else {
    std::thread other(encode, first_share, ids.size());
    encode(0, first_share);
    other.join();
  }
  std::vector<float> vectors(lengths.size() * kHidden);
  encoder.Pool(batch, shared, vectors.data());
  return vectors;
}

double Cosine(const float* a, const float* b) {
  const double ab = std::inner_product(a, a + kHidden, b, 0.0);
  const double aa = std::inner_product(a, a + kHidden, a, 0.0);
  const double bb = std::inner_product(b, b + kHidden, b, 0.0);
  return ab / std::sqrt(aa * bb);
}

at::Tensor AsTensor(const std::vector<std::int64_t>& values) {
  return at::tensor(values, at::kLong);
}

TEMPLATE_TEST_CASE("vectors are those of the plain operators, but for the rounding of rows",
                   "[encoder]", Int8Linear, WideLinear, HalfLinear, FloatLinear) {
  if (!FusedEncoder<TestType>::IsSupported(TinyState<TestType>().shape)) return;
  for (const int mean_pooling : {0, 1}) {
    for (const int normalize : {0, 1}) {
      SizesByName sizes = TinySizes();
      sizes.insert_or_assign("mean_pooling", mean_pooling);
      sizes.insert_or_assign("normalize", normalize);
      const EncoderState state = TinyState<TestType>(sizes);
      const FusedEncoder<TestType> encoder(state);
      for (const Lengths& lengths :
           {Lengths{1}, {16}, {70}, {3, 1, 40, 17}, {48, 2}, {70, 70, 70, 70}}) {
        const auto ids = Ids(lengths);
        const std::vector<float> found = Encode(encoder, ids, lengths);
        const at::Tensor expected =
            AtenEncoder(state).Encode(AsTensor(ids), AsTensor(lengths)).contiguous();
        for (std::size_t i = 0; i < lengths.size(); ++i) {
          const float* row = expected.const_data_ptr<float>() + i * kHidden;
          CHECK(Cosine(&found[i * kHidden], row) > 0.999);
          const double length = std::inner_product(row, row + kHidden, row, 0.0);
          const double ours = std::inner_product(&found[i * kHidden], &found[i * kHidden] + kHidden,
                                                 &found[i * kHidden], 0.0);
          CHECK(ours == Approx(length).epsilon(0.05));
        }
      }
    }
  }
}

TEMPLATE_TEST_CASE("a vector is the same bits whatever its mates and its place", "[encoder]",
                   Int8Linear, WideLinear, HalfLinear, FloatLinear) {
  if (!FusedEncoder<TestType>::IsSupported(TinyState<TestType>().shape)) return;
  const FusedEncoder<TestType> encoder(TinyState<TestType>());
  const Lengths lengths = {13, 70, 1, 33};
  const auto ids = Ids(lengths);
  const std::vector<float> together = Encode(encoder, ids, lengths);
  auto first = ids.begin();
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    const std::vector<float> alone =
        Encode(encoder, {first, first + lengths[i]}, Lengths{lengths[i]});
    CHECK(std::equal(alone.begin(), alone.end(), &together[i * kHidden]));
    first += lengths[i];
  }
}

TEMPLATE_TEST_CASE("two threads give the same bits as one, wherever the rows are parted",
                   "[encoder]", Int8Linear, WideLinear, HalfLinear, FloatLinear) {
  if (!FusedEncoder<TestType>::IsSupported(TinyState<TestType>().shape)) return;
  const FusedEncoder<TestType> encoder(TinyState<TestType>());
  for (const Lengths& lengths : {Lengths{16}, {5, 60, 12}, {70, 70, 70, 70}}) {
    const auto ids = Ids(lengths);
    const std::vector<float> alone = Encode(encoder, ids, lengths);
    for (const std::size_t share :
         {std::size_t{0}, std::size_t{1}, ids.size() / 2, ids.size() - 1}) {
      CHECK(Encode(encoder, ids, lengths, 2, share) == alone);
    }
  }
}

}  // namespace
}  // namespace quartet
