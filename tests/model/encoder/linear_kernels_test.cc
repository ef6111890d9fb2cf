// The ends of a linear against the same in double precision.
#include <algorithm>
#include <bit>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <type_traits>
#include <utility>
#include <vector>

#include "model/encoder/random_values.h"
#include "model/encoder/row_kernels.h"

namespace quartet {
namespace {

// A block of products with everything that it needs, and its linear's output in double precision.
struct Block {
  explicit Block(std::size_t rows)
      : rows(rows),
        products(random.Ints<std::int32_t>(rows * kBlockColumns, -2'000'000, 2'000'000)),
        row_scale(random.Floats(rows, 0.001F, 0.02F)),
        low(random.Floats(rows, -3, 0)),
        scale(random.Floats(kBlockColumns, 0.0001F, 0.002F)),
        sum(random.Floats(kBlockColumns)),
        bias(random.Floats(kBlockColumns)) {}

  IntegerBlock View() {
    return {products.data(),
            rows,
            row_scale.data(),
            low.data(),
            {scale.data(), sum.data(), bias.data()}};
  }
  double Output(std::size_t row, std::size_t column) const {
    return double{row_scale[row]} * scale[column] * products[row * kBlockColumns + column] +
           double{low[row]} * sum[column] + bias[column];
  }

  RandomValues random;
  std::size_t rows;
  std::vector<std::int32_t> products;
  std::vector<float> row_scale, low, scale, sum, bias;
};

double Gelu(double x) { return x * std::erfc(-x / std::sqrt(2.0)) / 2; }

constexpr std::size_t kStride = 3 * kBlockColumns;

TEMPLATE_TEST_CASE("a block's outputs are stored, or added to what is there", "[encoder]", Avx2,
                   Avx512) {
  if (!TestType::IsSupported()) return;
  using Kernels = RowKernels<TestType>;
  for (const std::size_t rows : {1, 2, 5, 6, 7, 31, 48, 130}) {
    Block block(rows);
    std::vector<float> stored(rows * kStride, 7);
    std::vector<float> added = stored;
    Kernels::StoreBlock(block.View(), stored.data() + kBlockColumns, kStride);
    Kernels::AddBlock(block.View(), added.data() + kBlockColumns, kStride);
    for (std::size_t i = 0; i < rows * kStride; ++i) {
      const std::size_t column = i % kStride;
      if (column < kBlockColumns || column >= 2 * kBlockColumns) {
        REQUIRE(stored[i] == 7);
        REQUIRE(added[i] == 7);
        continue;
      }
      const double output = block.Output(i / kStride, column - kBlockColumns);
      REQUIRE(stored[i] == Approx(output).epsilon(1e-5).margin(1e-4));
      REQUIRE(added[i] == Approx(output + 7).epsilon(1e-5).margin(1e-4));
    }
  }
}

TEMPLATE_TEST_CASE("GELU is the exact one within 1.9e-4, and the row's maximum is kept",
                   "[encoder]", Avx2, Avx512) {
  if (!TestType::IsSupported()) return;
  using Kernels = RowKernels<TestType>;
  constexpr std::size_t kRows = 48;
  Block block(kRows);
  // One row scale each and no more than that: outputs are products / 1000, from -12 to 12.
  std::fill(block.row_scale.begin(), block.row_scale.end(), 1.0F);
  std::fill(block.scale.begin(), block.scale.end(), 1e-3F);
  std::fill(block.low.begin(), block.low.end(), 0.0F);
  std::fill(block.bias.begin(), block.bias.end(), 0.0F);
  for (std::size_t i = 0; i < block.products.size(); ++i) {
    block.products[i] = static_cast<std::int32_t>(i * 24'000 / block.products.size()) - 12'000;
  }
  std::vector<float> out(kRows * kBlockColumns);
  std::vector<float> row_max(kRows * kMostLanes, -0.1F);
  Kernels::GeluBlock(block.View(), out.data(), kBlockColumns, row_max.data());
  for (std::size_t row = 0; row < kRows; ++row) {
    float largest = -0.1F;
    for (std::size_t column = 0; column < kBlockColumns; ++column) {
      const float value = out[row * kBlockColumns + column];
      REQUIRE(std::abs(value - Gelu(block.Output(row, column))) <= 1.9e-4);
      largest = std::max(largest, value);
    }
    REQUIRE(*std::max_element(&row_max[row * kMostLanes],
                              &row_max[row * kMostLanes] + kMostLanes) == largest);
  }
}

TEMPLATE_TEST_CASE("GELU of the largest numbers is the number or nothing", "[encoder]", Avx2,
                   Avx512) {
  if (!TestType::IsSupported()) return;
  using Kernels = RowKernels<TestType>;
  Block block(1);
  std::fill(block.scale.begin(), block.scale.end(), 1e30F);
  block.row_scale[0] = 1;
  std::vector<float> out(kBlockColumns);
  std::vector<float> row_max(kMostLanes, 0);
  Kernels::GeluBlock(block.View(), out.data(), kBlockColumns, row_max.data());
  for (std::size_t column = 0; column < kBlockColumns; ++column) {
    const double output = block.Output(0, column);
    // Phi(-4) is 0 up to a rounding of 1/2 + (-1/2): its product with 1e36 must still be next to
    // nothing beside the row's largest.
    REQUIRE(std::abs(out[column] - std::max(output, 0.0)) <= 1e-6 * std::abs(output));
  }
}

// Memory of quantized rows.
template <class Isa>
struct Quantized {
  Quantized(std::size_t rows, std::size_t columns)
      : columns(columns), steps(rows * columns), scale(rows), low(rows) {}
  QuantizedRows<Isa> View() { return {steps.data(), scale.data(), low.data()}; }
  // What a quantized value stands for.
  double Restored(std::size_t row, std::size_t column) const {
    return low[row] + double{scale[row]} * steps[row * columns + column];
  }
  bool StepsAreInRange() const {
    return std::all_of(steps.begin(), steps.end(),
                       [](int step) { return step >= 0 && step <= Isa::kLargestStep; });
  }

  std::size_t columns;
  std::vector<typename Isa::Step> steps;
  std::vector<float> scale, low;
};

TEMPLATE_TEST_CASE("quantized rows are within half a step of their own", "[encoder]", Avx2,
                   Avx512) {
  if (!TestType::IsSupported()) return;
  using Kernels = RowKernels<TestType>;
  RandomValues random;
  const float denormal = std::numeric_limits<float>::denorm_min() * 1000;
  for (const std::size_t columns : {64, 384, 1536}) {
    constexpr std::size_t kRows = 7;
    const std::size_t stride = columns + 16;
    std::vector<float> rows = random.Floats(kRows * stride, -2, 5);
    const auto scale_row = [&](std::size_t row, float factor) {
      for (std::size_t i = 0; i < stride; ++i) rows[row * stride + i] *= factor;
    };
    scale_row(1, 0);              // zeros
    scale_row(2, 1e30F);          // huge
    scale_row(3, 1e-30F);         // tiny
    scale_row(4, denormal);       // nothing, nearly
    rows[5 * stride + 3] = 1e6F;  // an outlier
    std::fill_n(&rows[6 * stride], stride, -4.25F);
    Quantized<TestType> quantized(kRows, columns);
    Kernels::ConvertRows(rows.data(), kRows, columns, stride, quantized.View());
    CHECK(quantized.StepsAreInRange());
    for (std::size_t row = 0; row < kRows; ++row) {
      for (std::size_t column = 0; column < columns; ++column) {
        const double value = rows[row * stride + column];
        const double error = value - quantized.Restored(row, column);
        INFO("row " << row << " column " << column << " value " << value);
        REQUIRE(std::abs(error) <= quantized.scale[row] * 0.501 + std::abs(value) * 1e-6 + 1e-41);
      }
    }
    CHECK(quantized.scale[6] == 0);
    CHECK(quantized.low[6] == -4.25F);
  }
}

TEMPLATE_TEST_CASE("what GELU left is quantized by the maximum it left", "[encoder]", Avx2,
                   Avx512) {
  if (!TestType::IsSupported()) return;
  using Kernels = RowKernels<TestType>;
  RandomValues random;
  constexpr std::size_t kRows = 5;
  constexpr std::size_t kColumns = 1536;
  const std::vector<float> rows = random.Floats(kRows * kColumns, -0.16F, 3);
  constexpr std::size_t kLanes = std::is_same_v<TestType, Avx2> ? 8 : 16;
  std::vector<float> row_max(kRows * kMostLanes, -1);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    float& largest = row_max[i / kColumns * kMostLanes + i % kLanes];
    largest = std::max(largest, rows[i]);
  }
  Quantized<TestType> quantized(kRows, kColumns);
  Kernels::ConvertGelu(rows.data(), kRows, kColumns, row_max.data(), quantized.View());
  CHECK(quantized.StepsAreInRange());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::size_t row = i / kColumns;
    const double restored = quantized.Restored(row, i % kColumns);
    REQUIRE(std::abs(rows[i] - restored) <= quantized.scale[row] * 0.501 + 1e-6);
  }
}

float FromHalf(std::uint16_t bits) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

TEMPLATE_TEST_CASE("bfloat16 rows are rounded to the nearest, to even in the middle", "[encoder]",
                   Avx512) {
  if (!TestType::IsSupported()) return;
  using Kernels = RowKernels<TestType>;
  // 1 and its neighbours: the last place of bfloat16 at 1 is 2^-7.
  const float step = std::ldexp(1.0F, -7);
  std::vector<float> row(16, 0.0F);
  const std::vector<std::pair<float, float>> table = {
      {0, 0},
      {1, 1},
      {-1, -1},
      {1 + 0.49F * step, 1},
      {1 + 0.51F * step, 1 + step},
      {1 + 0.5F * step, 1},             // in the middle: 1 is even
      {1 + 1.5F * step, 1 + 2 * step},  // in the middle: 1 + step is odd
      {-1 - 0.51F * step, -1 - step},
      {3e38F, 3.0042e38F},
      {1e-40F, 9.1835e-41F}};
  for (std::size_t i = 0; i < table.size(); ++i) row[i] = table[i].first;
  std::vector<std::uint16_t> halves(16);
  Kernels::ConvertRows(row.data(), 1, 16, 16, HalfRows{halves.data()});
  for (std::size_t i = 0; i < table.size(); ++i) {
    INFO(table[i].first);
    CHECK(FromHalf(halves[i]) == Approx(table[i].second).epsilon(1e-3));
    if (i < 8) CHECK(FromHalf(halves[i]) == table[i].second);
  }
}

TEMPLATE_TEST_CASE("a block of float sums gives sum + bias, through each of its ends", "[encoder]",
                   Avx2, Avx512) {
  if (!TestType::IsSupported()) return;
  using Kernels = RowKernels<TestType>;
  RandomValues random;
  for (const std::size_t rows : {1, 5, 6, 32}) {
    const std::vector<float> products = random.Floats(rows * kBlockColumns, -12, 12);
    const std::vector<float> bias = random.Floats(kBlockColumns);
    const FloatBlock block{products.data(), rows, bias.data()};
    std::vector<float> stored(rows * kBlockColumns);
    std::vector<float> added(rows * kBlockColumns, 7);
    std::vector<float> gelus(rows * kBlockColumns);
    Kernels::StoreBlock(block, stored.data(), kBlockColumns);
    Kernels::AddBlock(block, added.data(), kBlockColumns);
    Kernels::GeluBlock(block, gelus.data(), kBlockColumns, nullptr);
    for (std::size_t i = 0; i < stored.size(); ++i) {
      const float output = products[i] + bias[i % kBlockColumns];
      REQUIRE(stored[i] == output);
      REQUIRE(added[i] == 7 + output);
      REQUIRE(std::abs(gelus[i] - Gelu(output)) <= 1.5e-6);
    }
  }
}

TEMPLATE_TEST_CASE("GELU of float sums is near the exact one everywhere", "[encoder]", Avx2,
                   Avx512) {
  if (!TestType::IsSupported()) return;
  constexpr std::size_t kRows = 512;
  const std::vector<float> zero(kBlockColumns);
  std::vector<float> products(kRows * kBlockColumns);
  for (const float reach : {1e-3F, 1.0F, 12.0F, 1e4F, 1e30F}) {
    for (std::size_t i = 0; i < products.size(); ++i) {
      products[i] = reach * (2 * static_cast<float>(i) / static_cast<float>(products.size()) - 1);
    }
    std::vector<float> gelus(products.size());
    RowKernels<TestType>::GeluBlock(FloatBlock{products.data(), kRows, zero.data()}, gelus.data(),
                                    kBlockColumns, nullptr);
    for (std::size_t i = 0; i < products.size(); ++i) {
      const double x = products[i];
      REQUIRE(std::abs(gelus[i] - Gelu(x)) <= (std::abs(x) <= 12 ? 1.5e-6 : 3e-7 * std::abs(x)));
    }
  }
}

TEST_CASE("float rows are taken as they are, without what lies between", "[encoder]") {
  if (!Avx2::IsSupported()) return;
  constexpr std::size_t kColumns = 64;
  constexpr std::size_t kApart = 80;
  const std::vector<float> rows = RandomValues().Floats(3 * kApart);
  std::vector<float> taken(3 * kColumns);
  RowKernels<Avx2>::ConvertRows(rows.data(), 3, kColumns, kApart, FloatRows{taken.data()});
  for (std::size_t i = 0; i < taken.size(); ++i) {
    REQUIRE(taken[i] == rows[i / kColumns * kApart + i % kColumns]);
  }
}

}  // namespace
}  // namespace quartet
