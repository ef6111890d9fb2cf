// The ends of a linear against the same in double precision.
#include <algorithm>
#include <bit>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
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

  Int8Block View() {
    return {products.data(),
            rows,
            {nullptr, row_scale.data(), low.data()},
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

TEST_CASE("a block's outputs are stored, or added to what is there", "[encoder]") {
  if (!RowKernelsRun()) return;
  for (const std::size_t rows : {1, 2, 5, 6, 7, 31, 48, 130}) {
    Block block(rows);
    std::vector<float> stored(rows * kStride, 7);
    std::vector<float> added = stored;
    StoreBlock(block.View(), stored.data() + kBlockColumns, kStride);
    AddBlock(block.View(), added.data() + kBlockColumns, kStride);
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

TEST_CASE("GELU is the exact one within 1.9e-4, and the row's maximum is kept", "[encoder]") {
  if (!RowKernelsRun()) return;
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
  std::vector<float> row_max(kRows * 16, -0.1F);
  GeluBlock(block.View(), out.data(), kBlockColumns, row_max.data());
  for (std::size_t row = 0; row < kRows; ++row) {
    float largest = -0.1F;
    for (std::size_t column = 0; column < kBlockColumns; ++column) {
      const float value = out[row * kBlockColumns + column];
      REQUIRE(std::abs(value - Gelu(block.Output(row, column))) <= 1.9e-4);
      largest = std::max(largest, value);
    }
    REQUIRE(*std::max_element(&row_max[row * 16], &row_max[row * 16] + 16) == largest);
  }
}

TEST_CASE("GELU of the largest numbers is the number or nothing", "[encoder]") {
  if (!RowKernelsRun()) return;
  Block block(1);
  std::fill(block.scale.begin(), block.scale.end(), 1e30F);
  block.row_scale[0] = 1;
  std::vector<float> out(kBlockColumns);
  std::vector<float> row_max(16, 0);
  GeluBlock(block.View(), out.data(), kBlockColumns, row_max.data());
  for (std::size_t column = 0; column < kBlockColumns; ++column) {
    const double output = block.Output(0, column);
    // Phi(-4) is 0 up to a rounding of 1/2 + (-1/2): its product with 1e36 must still be next to
    // nothing beside the row's largest.
    REQUIRE(std::abs(out[column] - std::max(output, 0.0)) <= 1e-6 * std::abs(output));
  }
}

// What a quantized value stands for.
double Restored(const std::vector<std::uint8_t>& values, const std::vector<float>& scale,
                const std::vector<float>& low, std::size_t row, std::size_t columns,
                std::size_t column) {
  return low[row] + double{scale[row]} * values[row * columns + column];
}

TEST_CASE("quantized rows are within half a step of their own", "[encoder]") {
  if (!RowKernelsRun()) return;
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
    std::vector<std::uint8_t> values(kRows * columns);
    std::vector<float> scale(kRows);
    std::vector<float> low(kRows);
    ConvertRows(rows.data(), kRows, columns, stride, {values.data(), scale.data(), low.data()});
    for (std::size_t row = 0; row < kRows; ++row) {
      for (std::size_t column = 0; column < columns; ++column) {
        const double value = rows[row * stride + column];
        const double error = value - Restored(values, scale, low, row, columns, column);
        INFO("row " << row << " column " << column << " value " << value);
        REQUIRE(std::abs(error) <= scale[row] * 0.501 + std::abs(value) * 1e-6 + 1e-41);
      }
    }
    CHECK(scale[6] == 0);
    CHECK(low[6] == -4.25F);
  }
}

TEST_CASE("what GELU left is quantized by the maximum it left", "[encoder]") {
  if (!RowKernelsRun()) return;
  RandomValues random;
  constexpr std::size_t kRows = 5;
  constexpr std::size_t kColumns = 1536;
  const std::vector<float> rows = random.Floats(kRows * kColumns, -0.16F, 3);
  std::vector<float> row_max(kRows * 16, -1);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    float& largest = row_max[i / kColumns * 16 + i % 16];
    largest = std::max(largest, rows[i]);
  }
  std::vector<std::uint8_t> values(rows.size());
  std::vector<float> scale(kRows);
  std::vector<float> low(kRows);
  ConvertGelu(rows.data(), kRows, kColumns, row_max.data(),
              {values.data(), scale.data(), low.data()});
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::size_t row = i / kColumns;
    const double restored = Restored(values, scale, low, row, kColumns, i % kColumns);
    REQUIRE(std::abs(rows[i] - restored) <= scale[row] * 0.501);
  }
}

float FromHalf(std::uint16_t bits) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

TEST_CASE("bfloat16 rows are rounded to the nearest, to even in the middle", "[encoder]") {
  if (!RowKernelsRun()) return;
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
  ConvertRows(row.data(), 1, 16, 16, HalfRows{halves.data()});
  for (std::size_t i = 0; i < table.size(); ++i) {
    INFO(table[i].first);
    CHECK(FromHalf(halves[i]) == Approx(table[i].second).epsilon(1e-3));
    if (i < 8) CHECK(FromHalf(halves[i]) == table[i].second);
  }
}

TEST_CASE("a bfloat16 block's outputs are product + bias, through each of its ends", "[encoder]") {
  if (!RowKernelsRun()) return;
  RandomValues random;
  for (const std::size_t rows : {1, 5, 6, 32}) {
    const std::vector<float> products = random.Floats(rows * kBlockColumns, -5, 5);
    const std::vector<float> bias = random.Floats(kBlockColumns);
    const HalfBlock block{products.data(), rows, bias.data()};
    std::vector<float> stored(rows * kBlockColumns);
    std::vector<float> added(rows * kBlockColumns, 7);
    std::vector<float> gelus(rows * kBlockColumns);
    StoreBlock(block, stored.data(), kBlockColumns);
    AddBlock(block, added.data(), kBlockColumns);
    GeluBlock(block, gelus.data(), kBlockColumns, nullptr);
    for (std::size_t i = 0; i < stored.size(); ++i) {
      const float output = products[i] + bias[i % kBlockColumns];
      REQUIRE(stored[i] == output);
      REQUIRE(added[i] == 7 + output);
      REQUIRE(std::abs(gelus[i] - Gelu(output)) <= 1.9e-4);
    }
  }
}

}  // namespace
}  // namespace quartet
