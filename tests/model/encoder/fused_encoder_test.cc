// The fused encoder against libtorch's operators on the same weights.
#include "model/encoder/fused_encoder.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>
#include <span>
#include <thread>
#include <type_traits>
#include <vector>

#include "model/encoder/aten_encoder.h"
#include "model/encoder/random_values.h"
#include "model/encoder/tiny_encoder.h"

namespace quartet {
namespace {

using Lengths = std::vector<std::int64_t>;

constexpr std::int64_t kPaddingId = 7;

template <class Linear>
EncoderState TinyState(const SizesByName& sizes = TinySizes(), const TinyWidth& width = {}) {
  using Weight = typename Linear::Types::Weight;
  const at::ScalarType weights = std::is_same_v<Weight, std::int8_t> ? at::kChar
                                 : std::is_same_v<Weight, float>     ? at::kFloat
                                                                     : at::kBFloat16;
  return ReadEncoderState(sizes, kTinyEpsilon, TinyTensors(weights, width));
}

// With RoBERTa's rule of positions, whose table has one row more than a text has tokens.
SizesByName SizesWithPadding() {
  SizesByName sizes = TinySizes();
  sizes.insert_or_assign("padding_id", kPaddingId);
  sizes.insert_or_assign("max_sequence_length", 69);
  return sizes;
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
  std::vector<float> vectors(lengths.size() * encoder.shape().hidden_size);
  encoder.Pool(batch, shared, vectors.data());
  return vectors;
}

double Dot(std::span<const float> a, std::span<const float> b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

at::Tensor AsTensor(const std::vector<std::int64_t>& values) {
  return at::tensor(values, at::kLong);
}

// Everything rounds rows in some precision, so cosines and lengths are compared.
template <class Linear>
void CheckAgainstPlainOperators(const EncoderState& state, const Lengths& lengths) {
  const auto ids = Ids(lengths);
  const std::vector<float> vectors = Encode(FusedEncoder<Linear>(state), ids, lengths);
  const at::Tensor plain = AtenEncoder(state).Encode(AsTensor(ids), AsTensor(lengths)).contiguous();
  const std::size_t hidden = state.shape.hidden_size;
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    const std::span found(&vectors[i * hidden], hidden);
    const std::span expected(plain.const_data_ptr<float>() + i * hidden, hidden);
    const double length = std::sqrt(Dot(expected, expected));
    CHECK(std::sqrt(Dot(found, found)) == Approx(length).epsilon(0.025));
    CHECK(Dot(found, expected) / (length * std::sqrt(Dot(found, found))) > 0.998);
  }
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
      for (const Lengths& lengths :
           {Lengths{1}, {16}, {70}, {3, 1, 40, 17}, {48, 2}, {70, 70, 70, 70}}) {
        CheckAgainstPlainOperators<TestType>(state, lengths);
      }
    }
  }
}

TEMPLATE_TEST_CASE("so they are where the padding in a text is not counted", "[encoder]",
                   Int8Linear, WideLinear, HalfLinear, FloatLinear) {
  const EncoderState state = TinyState<TestType>(SizesWithPadding());
  if (!FusedEncoder<TestType>::IsSupported(state.shape)) return;
  const Lengths lengths = {69, 3, 66};
  CheckAgainstPlainOperators<TestType>(state, lengths);
  const FusedEncoder<TestType> encoder(state);
  const auto ids = Ids(lengths);
  REQUIRE(std::count(ids.begin(), ids.begin() + 30, kPaddingId) > 0);
  CHECK(Encode(encoder, ids, lengths, 2, 30) == Encode(encoder, ids, lengths));
}

TEMPLATE_TEST_CASE("so they are in the widths of real models", "[encoder]", Int8Linear, WideLinear,
                   HalfLinear, FloatLinear) {
  for (const TinyWidth& width : {TinyWidth{384, 1536, 12},   // MiniLM
                                 TinyWidth{768, 3072, 12},   // BERT base
                                 TinyWidth{128, 512, 2}}) {  // BERT tiny
    const EncoderState state = TinyState<TestType>(TinySizes(width), width);
    if (!FusedEncoder<TestType>::IsSupported(state.shape)) return;
    CheckAgainstPlainOperators<TestType>(state, {5, 70, 33});
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
    CHECK(std::equal(alone.begin(), alone.end(), &together[i * encoder.shape().hidden_size]));
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
