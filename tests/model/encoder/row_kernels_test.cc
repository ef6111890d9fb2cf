// Embeddings, layer normalisation and attention against the same in double precision.
#include "model/encoder/row_kernels.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "model/encoder/random_values.h"

namespace quartet {
namespace {

TEMPLATE_TEST_CASE("a row of embeddings is scale x token + position", "[encoder]", Avx2, Avx512) {
  if (!TestType::IsSupported()) return;
  using Kernels = RowKernels<TestType>;
  RandomValues random;
  for (const std::size_t columns : {64, 384, 768}) {
    const std::vector<float> position = random.Floats(columns);
    std::vector<float> row(columns);
    const auto table = random.Ints<std::int8_t>(3 * columns, -127, 127);
    const std::vector<float> scale = {1, 2, 0.03F};
    Kernels::EmbedRow(Int8Table{table.data(), scale.data()}, 2, position.data(), columns,
                      row.data());
    for (std::size_t i = 0; i < columns; ++i) {
      REQUIRE(row[i] == Approx(0.03 * table[2 * columns + i] + position[i]).margin(1e-6));
    }
  }
}

TEST_CASE("a row of float or bfloat16 embeddings is token + position", "[encoder]") {
  constexpr std::size_t kColumns = 384;
  const std::vector<float> position = RandomValues().Floats(kColumns);
  std::vector<float> row(kColumns);
  if (Avx2::IsSupported()) {
    std::vector<float> table(2 * kColumns, 1);
    std::fill_n(table.begin() + kColumns, kColumns, -2);
    RowKernels<Avx2>::EmbedRow(FloatTable{table.data()}, 1, position.data(), kColumns, row.data());
    for (std::size_t i = 0; i < kColumns; ++i) REQUIRE(row[i] == position[i] - 2);
  }
  if (Avx512::IsSupported()) {
    std::vector<std::uint16_t> table(2 * kColumns, 0x3f80);   // 1
    std::fill_n(table.begin() + kColumns, kColumns, 0xc000);  // -2
    RowKernels<Avx512>::EmbedRow(HalfTable{table.data()}, 1, position.data(), kColumns, row.data());
    for (std::size_t i = 0; i < kColumns; ++i) REQUIRE(row[i] == position[i] - 2);
  }
}

TEMPLATE_TEST_CASE("layer normalisation is the textbook's", "[encoder]", Avx2, Avx512) {
  if (!TestType::IsSupported()) return;
  using Kernels = RowKernels<TestType>;
  RandomValues random;
  for (const std::size_t columns : {64, 384, 768}) {
    for (const float offset : {0.0F, 100.0F}) {
      for (const float size : {0.0F, 1e-6F, 1.0F, 1e6F}) {
        const std::vector<float> weight = random.Floats(columns);
        const std::vector<float> bias = random.Floats(columns);
        std::vector<float> row = random.Floats(columns, offset - size, offset + size);
        const std::vector<float> before = row;
        Kernels::NormalizeRow(row.data(), columns, {weight.data(), bias.data(), 1e-12F});
        double mean = 0;
        for (const float value : before) mean += value / static_cast<double>(columns);
        double variance = 0;
        for (const float value : before) {
          variance += std::pow(value - mean, 2) / static_cast<double>(columns);
        }
        if (std::sqrt(variance) < 1e-4 * offset) continue;  // float's own end: only finite
        for (std::size_t i = 0; i < columns; ++i) {
          const double expected =
              (before[i] - mean) / std::sqrt(variance + 1e-12) * weight[i] + bias[i];
          REQUIRE(row[i] == Approx(expected).margin(2e-4));
        }
      }
    }
  }
}

// Queries, keys and values of one head, as they lie in an encoder's projections.
template <class Isa>
struct HeadCase {
  HeadCase(std::size_t keys, std::size_t head_size, float spread)
      : keys(keys),
        head_size(head_size),
        stride(3 * head_size + 64),
        rows(RandomValues().Floats(keys * stride, -spread, spread)),
        transposed(head_size * PaddedKeys(keys)),
        values(head_size * keys),
        scores(kQueriesAtOnce * PaddedKeys(keys)) {
    RowKernels<Isa>::PackHead(rows.data() + head_size, rows.data() + 2 * head_size, stride, View());
  }

  Head View() { return {transposed.data(), values.data(), keys, head_size}; }

  std::vector<double> Expected(std::size_t query) const {
    std::vector<double> weights(keys);
    for (std::size_t key = 0; key < keys; ++key) {
      for (std::size_t d = 0; d < head_size; ++d) {
        weights[key] += double{rows[query * stride + d]} * rows[key * stride + head_size + d];
      }
    }
    const double largest = *std::max_element(weights.begin(), weights.end());
    double total = 0;
    for (double& weight : weights) total += weight = std::exp2(weight - largest);
    std::vector<double> context(head_size);
    for (std::size_t key = 0; key < keys; ++key) {
      for (std::size_t d = 0; d < head_size; ++d) {
        context[d] += weights[key] / total * rows[key * stride + 2 * head_size + d];
      }
    }
    return context;
  }

  std::size_t keys, head_size, stride;
  std::vector<float> rows;
  std::vector<float> transposed;
  std::vector<float> values;
  std::vector<float> scores;
};

TEMPLATE_TEST_CASE("attention of any number of keys is the textbook's", "[encoder]", Avx2, Avx512) {
  if (!TestType::IsSupported()) return;
  using Kernels = RowKernels<TestType>;
  for (const std::size_t head_size : {32, 64}) {
    for (const std::size_t keys : {1, 2, 3, 15, 16, 17, 31, 32, 33, 48, 100, 128, 130}) {
      for (const float spread : {0.0F, 0.5F, 4.0F, 40.0F}) {  // the last: one key takes all
        HeadCase<TestType> head(keys, head_size, spread);
        std::vector<float> queries = head.rows;
        Kernels::Attend(head.View(), queries.data(), head.stride, keys, head.scores.data());
        for (std::size_t query = 0; query < keys; ++query) {
          const std::vector<double> expected = head.Expected(query);
          for (std::size_t d = 0; d < head_size; ++d) {
            INFO("keys " << keys << " query " << query << " spread " << spread);
            REQUIRE(queries[query * head.stride + d] ==
                    Approx(expected[d]).margin(spread * (1e-5 + 4e-7 * spread * spread)));
          }
        }
      }
    }
  }
}

TEMPLATE_TEST_CASE("a query's context is the same bits whichever queries come with it", "[encoder]",
                   Avx2, Avx512) {
  if (!TestType::IsSupported()) return;
  using Kernels = RowKernels<TestType>;
  for (const std::size_t keys : {5, 16, 33}) {
    HeadCase<TestType> head(keys, 32, 2);
    std::vector<float> together = head.rows;
    Kernels::Attend(head.View(), together.data(), head.stride, keys, head.scores.data());
    for (std::size_t query = 0; query < keys; ++query) {
      std::vector<float> alone = head.rows;
      float* row = alone.data() + query * head.stride;
      Kernels::Attend(head.View(), row, head.stride, 1, head.scores.data());
      REQUIRE(std::equal(row, row + 32, together.data() + query * head.stride));
    }
  }
}

}  // namespace
}  // namespace quartet
