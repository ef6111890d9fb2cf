// Attention of one head in float32. Keys are transposed once, then everything is a sum of products
// of a broadcast number and a vector of neighbours.
#include <limits>

#include "model/encoder/kernels/vector.h"

namespace quartet {
namespace {

// scores[query][kLanes * first ...] for kQueries queries and kVectors * kLanes keys.
template <std::size_t kQueries, std::size_t kVectors>
inline void Score(const Head& head, const float* queries, std::size_t stride, std::size_t first,
                  float* scores) {
  const std::size_t padded = PaddedKeys(head.keys);
  Floats sums[kQueries][kVectors] = {};
  for (std::size_t d = 0; d < head.head_size; ++d) {
    const float* keys = head.transposed_keys + d * padded + first * kLanes;
    for (std::size_t q = 0; q < kQueries; ++q) {
      const Floats query = Fill(queries[q * stride + d]);
      for (std::size_t v = 0; v < kVectors; ++v) sums[q][v] += query * Load(keys + v * kLanes);
    }
  }
  for (std::size_t q = 0; q < kQueries; ++q) {
    for (std::size_t v = 0; v < kVectors; ++v) {
      Store(scores + q * padded + (first + v) * kLanes, sums[q][v]);
    }
  }
}

// Scores to 2^(score - largest). Returns the sum.
inline float Exponentiate(float* scores, std::size_t keys) {
  const std::size_t last = (keys - 1) / kLanes * kLanes;
  Floats largest =
      LoadFirst(scores + last, keys - last, Fill(std::numeric_limits<float>::lowest()));
  for (std::size_t key = 0; key < last; key += kLanes) largest = Max(largest, Load(scores + key));
  const Floats shift = Fill(Largest(largest));
  Floats sum = Fill(0);
  for (std::size_t key = 0; key < last; key += kLanes) {
    const Floats power = Exp2(Load(scores + key) - shift);
    Store(scores + key, power);
    sum += power;
  }
  const Floats power = KeepFirst(Exp2(Load(scores + last) - shift), keys - last);
  Store(scores + last, power);
  return Sum(sum + power);
}

// context[query] = sum over keys of weight * value / total, two vectors of dimensions at a time.
template <std::size_t kQueries>
inline void Mix(const Head& head, const float* weights, const float* totals, float* contexts,
                std::size_t stride) {
  const std::size_t padded = PaddedKeys(head.keys);
  for (std::size_t d = 0; d < head.head_size; d += 2 * kLanes) {
    Floats sums[kQueries][2] = {};
    for (std::size_t key = 0; key < head.keys; ++key) {
      const float* value = head.values + key * head.head_size + d;
      const Floats low = Load(value);
      const Floats high = Load(value + kLanes);
      for (std::size_t q = 0; q < kQueries; ++q) {
        const Floats weight = Fill(weights[q * padded + key]);
        sums[q][0] += weight * low;
        sums[q][1] += weight * high;
      }
    }
    for (std::size_t q = 0; q < kQueries; ++q) {
      const Floats factor = Fill(1.0F / totals[q]);
      Store(contexts + q * stride + d, sums[q][0] * factor);
      Store(contexts + q * stride + d + kLanes, sums[q][1] * factor);
    }
  }
}

template <std::size_t kQueries>
void AttendTogether(const Head& head, float* queries, std::size_t stride, float* scores) {
  const std::size_t vectors = PaddedKeys(head.keys) / kLanes;
  std::size_t vector = 0;
  for (; vector + 2 <= vectors; vector += 2) {
    Score<kQueries, 2>(head, queries, stride, vector, scores);
  }
  if (vector < vectors) Score<kQueries, 1>(head, queries, stride, vector, scores);
  float totals[kQueries];
  for (std::size_t q = 0; q < kQueries; ++q) {
    totals[q] = Exponentiate(scores + q * PaddedKeys(head.keys), head.keys);
  }
  Mix<kQueries>(head, scores, totals, queries, stride);
}

}  // namespace

template <class Isa>
void RowKernels<Isa>::PackHead(const float* keys, const float* values, std::size_t stride,
                               const Head& head) {
  const std::size_t padded = PaddedKeys(head.keys);
  for (std::size_t first = 0; first < padded; first += kLanes) {
    for (std::size_t d = 0; d < head.head_size; d += kLanes) {
      Floats square[kLanes];
      for (std::size_t i = 0; i < kLanes; ++i) {
        square[i] = first + i < head.keys ? Load(keys + (first + i) * stride + d) : Fill(0);
      }
      Transpose(square);
      for (std::size_t i = 0; i < kLanes; ++i) {
        Store(head.transposed_keys + (d + i) * padded + first, square[i]);
      }
    }
  }
  for (std::size_t key = 0; key < head.keys; ++key) {
    for (std::size_t d = 0; d < head.head_size; d += kLanes) {
      Store(head.values + key * head.head_size + d, Load(values + key * stride + d));
    }
  }
}

template <class Isa>
void RowKernels<Isa>::Attend(const Head& head, float* queries, std::size_t stride,
                             std::size_t count, float* scores) {
  static_assert(kQueriesAtOnce == 4);
  for (; count >= 4; count -= 4, queries += 4 * stride) {
    AttendTogether<4>(head, queries, stride, scores);
  }
  switch (count) {
    case 3:
      return AttendTogether<3>(head, queries, stride, scores);
    case 2:
      return AttendTogether<2>(head, queries, stride, scores);
    case 1:
      return AttendTogether<1>(head, queries, stride, scores);
    default:
      return;
  }
}

template void RowKernels<ThisIsa>::PackHead(const float* keys, const float* values,
                                            std::size_t stride, const Head& head);
template void RowKernels<ThisIsa>::Attend(const Head& head, float* queries, std::size_t stride,
                                          std::size_t count, float* scores);

}  // namespace quartet
