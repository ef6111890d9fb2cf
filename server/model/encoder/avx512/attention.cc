// Attention of one head in float32. Keys are transposed once, then everything is a sum of products
// of a broadcast number and sixteen neighbours.
#include <limits>

#include "model/encoder/avx512/vector.h"
#include "model/encoder/row_kernels.h"

namespace quartet {
namespace {

// A square of sixteen rows of sixteen floats, in registers.
inline void Transpose(Floats (&rows)[kLanes]) {
  Floats pairs[kLanes];
  for (std::size_t i = 0; i < kLanes; i += 2) {
    pairs[i] = _mm512_unpacklo_ps(rows[i], rows[i + 1]);
    pairs[i + 1] = _mm512_unpackhi_ps(rows[i], rows[i + 1]);
  }
  Floats fours[kLanes];
  for (std::size_t i = 0; i < kLanes; i += 4) {
    const auto joined = [&](std::size_t a, std::size_t b, bool high) {
      const __m512d first = _mm512_castps_pd(pairs[i + a]);
      const __m512d second = _mm512_castps_pd(pairs[i + b]);
      return _mm512_castpd_ps(high ? _mm512_unpackhi_pd(first, second)
                                   : _mm512_unpacklo_pd(first, second));
    };
    fours[i] = joined(0, 2, false);
    fours[i + 1] = joined(0, 2, true);
    fours[i + 2] = joined(1, 3, false);
    fours[i + 3] = joined(1, 3, true);
  }
  // Now each 128-bit part is a column of a 4 x 4 square: exchange the parts.
  for (std::size_t i = 0; i < 4; ++i) {
    const Floats a = _mm512_shuffle_f32x4(fours[i], fours[i + 4], 0x88);
    const Floats b = _mm512_shuffle_f32x4(fours[i], fours[i + 4], 0xdd);
    const Floats c = _mm512_shuffle_f32x4(fours[i + 8], fours[i + 12], 0x88);
    const Floats d = _mm512_shuffle_f32x4(fours[i + 8], fours[i + 12], 0xdd);
    rows[i] = _mm512_shuffle_f32x4(a, c, 0x88);
    rows[i + 8] = _mm512_shuffle_f32x4(a, c, 0xdd);
    rows[i + 4] = _mm512_shuffle_f32x4(b, d, 0x88);
    rows[i + 12] = _mm512_shuffle_f32x4(b, d, 0xdd);
  }
}

// scores[query][16 * first ...] for kQueries queries and kVectors * 16 keys.
template <std::size_t kQueries, std::size_t kVectors>
inline void Score(const Head& head, const float* queries, std::size_t first, float* scores) {
  const std::size_t padded = PaddedKeys(head.keys);
  Floats sums[kQueries][kVectors] = {};
  for (std::size_t d = 0; d < head.head_size; ++d) {
    const float* keys = head.transposed_keys + d * padded + first * kLanes;
    for (std::size_t q = 0; q < kQueries; ++q) {
      const Floats query = Fill(queries[q * head.stride + d]);
      for (std::size_t v = 0; v < kVectors; ++v) sums[q][v] += query * Load(keys + v * kLanes);
    }
  }
  for (std::size_t q = 0; q < kQueries; ++q) {
    for (std::size_t v = 0; v < kVectors; ++v) {
      Store(scores + q * padded + (first + v) * kLanes, sums[q][v]);
    }
  }
}

// Scores to 2^(score - largest), padding to 0. Returns the sum.
inline float Exponentiate(float* scores, std::size_t keys) {
  const std::size_t last = (keys - 1) / kLanes * kLanes;
  const __mmask16 valid = First(keys - last);
  Floats largest =
      _mm512_mask_loadu_ps(Fill(-std::numeric_limits<float>::infinity()), valid, scores + last);
  for (std::size_t key = 0; key < last; key += kLanes) largest = Max(largest, Load(scores + key));
  const Floats shift = Fill(Largest(largest));
  Floats sum = _mm512_setzero_ps();
  for (std::size_t key = 0; key < last; key += kLanes) {
    const Floats power = Exp2(Load(scores + key) - shift);
    Store(scores + key, power);
    sum += power;
  }
  const Floats power = _mm512_maskz_mov_ps(valid, Exp2(Load(scores + last) - shift));
  Store(scores + last, power);
  return Sum(sum + power);
}

// context[query] = sum over keys of weight * value / total, 32 dimensions at a time.
template <std::size_t kQueries>
inline void Mix(const Head& head, const float* weights, const float* totals, float* contexts) {
  const std::size_t padded = PaddedKeys(head.keys);
  for (std::size_t d = 0; d < head.head_size; d += 2 * kLanes) {
    Floats sums[kQueries][2] = {};
    for (std::size_t key = 0; key < head.keys; ++key) {
      const Floats low = Load(head.values + key * head.stride + d);
      const Floats high = Load(head.values + key * head.stride + d + kLanes);
      for (std::size_t q = 0; q < kQueries; ++q) {
        const Floats weight = Fill(weights[q * padded + key]);
        sums[q][0] += weight * low;
        sums[q][1] += weight * high;
      }
    }
    for (std::size_t q = 0; q < kQueries; ++q) {
      const Floats factor = Fill(1.0F / totals[q]);
      Store(contexts + q * head.stride + d, sums[q][0] * factor);
      Store(contexts + q * head.stride + d + kLanes, sums[q][1] * factor);
    }
  }
}

template <std::size_t kQueries>
void AttendTogether(const Head& head, float* queries, float* scores) {
  const std::size_t vectors = PaddedKeys(head.keys) / kLanes;
  std::size_t vector = 0;
  for (; vector + 2 <= vectors; vector += 2) Score<kQueries, 2>(head, queries, vector, scores);
  if (vector < vectors) Score<kQueries, 1>(head, queries, vector, scores);
  float totals[kQueries];
  for (std::size_t q = 0; q < kQueries; ++q) {
    totals[q] = Exponentiate(scores + q * PaddedKeys(head.keys), head.keys);
  }
  Mix<kQueries>(head, scores, totals, queries);
}

}  // namespace

std::size_t PaddedKeys(std::size_t keys) { return (keys + kLanes - 1) / kLanes * kLanes; }

void TransposeKeys(const float* keys, std::size_t stride, std::size_t count, std::size_t head_size,
                   float* out) {
  const std::size_t padded = PaddedKeys(count);
  for (std::size_t first = 0; first < count; first += kLanes) {
    for (std::size_t d = 0; d < head_size; d += kLanes) {
      Floats square[kLanes];
      for (std::size_t i = 0; i < kLanes; ++i) {
        square[i] = first + i < count ? Load(keys + (first + i) * stride + d) : _mm512_setzero_ps();
      }
      Transpose(square);
      for (std::size_t i = 0; i < kLanes; ++i) Store(out + (d + i) * padded + first, square[i]);
    }
  }
}

void Attend(const Head& head, float* queries, std::size_t count, float* scores) {
  static_assert(kQueriesAtOnce == 4);
  for (; count >= 4; count -= 4, queries += 4 * head.stride) {
    AttendTogether<4>(head, queries, scores);
  }
  switch (count) {
    case 3:
      return AttendTogether<3>(head, queries, scores);
    case 2:
      return AttendTogether<2>(head, queries, scores);
    case 1:
      return AttendTogether<1>(head, queries, scores);
    default:
      return;
  }
}

}  // namespace quartet
