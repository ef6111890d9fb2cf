// The fused encoder's parts, each on as much as 48 rows of the default model's sizes need of it.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <vector>

#include "model/encoder/products.h"
#include "model/encoder/row_kernels.h"

namespace quartet::bench {
namespace {

constexpr std::size_t kHidden = 384;
constexpr std::size_t kWide = 1536;

// One block of columns; operations a second are its multiplications and additions.
template <class Types>
void Products(benchmark::State& state) {
  if (!ProductsRun<Types>()) return state.SkipWithError("no such products on this CPU");
  const auto rows = static_cast<std::size_t>(state.range(0));
  const auto depth = static_cast<std::size_t>(state.range(1));
  const std::vector<typename Types::Left> left(rows * depth, 1);
  const std::vector<typename Types::Weight> block(depth * kBlockColumns, 1);
  std::vector<typename Types::Product> products(rows * kBlockColumns);
  for (auto _ : state) {
    MultiplyBlock(rows, depth, left.data(), block.data(), products.data());
    benchmark::ClobberMemory();
  }
  state.counters["op/s"] = benchmark::Counter(
      2.0 * static_cast<double>(rows * depth * kBlockColumns * state.iterations()),
      benchmark::Counter::kIsRate);
}
void Sizes(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgNames({"rows", "depth"})
      ->ArgsProduct({{1, 6, 7, 8, 14, 16, 24, 32}, {kHidden, kWide}});
}
BENCHMARK_TEMPLATE(Products, Int8Types)->Apply(Sizes);
BENCHMARK_TEMPLATE(Products, WideTypes)->Apply(Sizes);
BENCHMARK_TEMPLATE(Products, HalfTypes)->Apply(Sizes);
BENCHMARK_TEMPLATE(Products, FloatTypes)->Apply(Sizes);

template <class Isa>
struct Tile {
  std::vector<std::int32_t> products = std::vector<std::int32_t>(kTileRows * kBlockColumns, 1000);
  std::vector<float> factors = std::vector<float>(kWide, 1e-3F);
  std::vector<float> rows = std::vector<float>(kTileRows * kWide, 0.5F);
  std::vector<float> row_max = std::vector<float>(kTileRows * kMostLanes, 1.0F);
  std::vector<typename Isa::Step> quantized = std::vector<typename Isa::Step>(kTileRows * kWide);
  std::vector<float> scale = std::vector<float>(kTileRows, 0.01F);
  std::vector<float> low = std::vector<float>(kTileRows, -1.0F);

  QuantizedRows<Isa> Quantized() { return {quantized.data(), scale.data(), low.data()}; }
  IntegerBlock Block() {
    return {products.data(),
            kTileRows,
            scale.data(),
            low.data(),
            {factors.data(), factors.data(), factors.data()}};
  }
};

void Rows(benchmark::State& state) {
  state.counters["ns/row"] =
      benchmark::Counter(1e-9 * static_cast<double>(kTileRows * state.iterations()),
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

template <class Isa>
void StoreProjections(benchmark::State& state) {
  if (!Isa::IsSupported()) return state.SkipWithError("not on this CPU");
  Tile<Isa> tile;
  for (auto _ : state) {
    for (std::size_t column = 0; column < 3 * kHidden; column += kBlockColumns) {
      RowKernels<Isa>::StoreBlock(tile.Block(), tile.rows.data() + column, 3 * kHidden);
    }
    benchmark::ClobberMemory();
  }
  Rows(state);
}
BENCHMARK_TEMPLATE(StoreProjections, Avx2);
BENCHMARK_TEMPLATE(StoreProjections, Avx512);

template <class Isa>
void GeluOfIntermediate(benchmark::State& state) {
  if (!Isa::IsSupported()) return state.SkipWithError("not on this CPU");
  Tile<Isa> tile;
  for (auto _ : state) {
    for (std::size_t column = 0; column < kWide; column += kBlockColumns) {
      RowKernels<Isa>::GeluBlock(tile.Block(), tile.rows.data() + column, kWide,
                                 tile.row_max.data());
    }
    benchmark::ClobberMemory();
  }
  Rows(state);
}
BENCHMARK_TEMPLATE(GeluOfIntermediate, Avx2);
BENCHMARK_TEMPLATE(GeluOfIntermediate, Avx512);

template <class Isa>
void QuantizeIntermediate(benchmark::State& state) {
  if (!Isa::IsSupported()) return state.SkipWithError("not on this CPU");
  Tile<Isa> tile;
  for (auto _ : state) {
    RowKernels<Isa>::ConvertGelu(tile.rows.data(), kTileRows, kWide, tile.row_max.data(),
                                 tile.Quantized());
    benchmark::ClobberMemory();
  }
  Rows(state);
}
BENCHMARK_TEMPLATE(QuantizeIntermediate, Avx2);
BENCHMARK_TEMPLATE(QuantizeIntermediate, Avx512);

template <class Isa>
void NormalizeAndQuantize(benchmark::State& state) {
  if (!Isa::IsSupported()) return state.SkipWithError("not on this CPU");
  Tile<Isa> tile;
  const NormFactors norm{tile.factors.data(), tile.factors.data(), 1e-12F};
  for (auto _ : state) {
    for (std::size_t row = 0; row < kTileRows; ++row) {
      RowKernels<Isa>::NormalizeRow(tile.rows.data() + row * kHidden, kHidden, norm);
    }
    RowKernels<Isa>::ConvertRows(tile.rows.data(), kTileRows, kHidden, kHidden, tile.Quantized());
    benchmark::ClobberMemory();
  }
  Rows(state);
}
BENCHMARK_TEMPLATE(NormalizeAndQuantize, Avx2);
BENCHMARK_TEMPLATE(NormalizeAndQuantize, Avx512);

// All twelve heads of a sequence of so many tokens.
template <class Isa>
void Attention(benchmark::State& state) {
  if (!Isa::IsSupported()) return state.SkipWithError("not on this CPU");
  constexpr std::size_t kHeadSize = 32;
  const auto tokens = static_cast<std::size_t>(state.range(0));
  std::vector<float> projections(tokens * 3 * kHidden, 0.1F);
  std::vector<float> keys(kHeadSize * PaddedKeys(tokens));
  std::vector<float> values(kHeadSize * tokens);
  std::vector<float> scores(kQueriesAtOnce * PaddedKeys(tokens));
  const Head head{keys.data(), values.data(), tokens, kHeadSize};
  for (auto _ : state) {
    for (std::size_t column = 0; column < kHidden; column += kHeadSize) {
      float* queries = projections.data() + column;
      RowKernels<Isa>::PackHead(queries + kHidden, queries + 2 * kHidden, 3 * kHidden, head);
      RowKernels<Isa>::Attend(head, queries, 3 * kHidden, tokens, scores.data());
    }
    benchmark::ClobberMemory();
  }
  state.counters["ns/row"] = benchmark::Counter(
      1e-9 * static_cast<double>(tokens) * static_cast<double>(state.iterations()),
      benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK_TEMPLATE(Attention, Avx2)->ArgName("tokens")->Arg(8)->Arg(14)->Arg(16)->Arg(32)->Arg(128);
BENCHMARK_TEMPLATE(Attention, Avx512)
    ->ArgName("tokens")
    ->Arg(8)
    ->Arg(14)
    ->Arg(16)
    ->Arg(32)
    ->Arg(128);

}  // namespace
}  // namespace quartet::bench
