// What the cores can do at most: dense products of small matrices that stay in the caches.
#ifndef QUARTET_BENCH_LIMIT_DOT_PRODUCTS_H_
#define QUARTET_BENCH_LIMIT_DOT_PRODUCTS_H_

#include <optional>

#include "core/clock.h"

namespace quartet::bench {

enum class Precision { kInt8, kBfloat16, kFloat32 };

// Giga-operations a second, a multiplication and an addition being two, by libtorch's BRGEMM
// micro-kernels on a tile of M=32, N=64, K=384 (the model's width), on `threads` at once, each with
// a tile of its own; the best of several short spells, for it is a limit. nullopt: this CPU has no
// such kernel.
std::optional<double> MeasureDotProducts(Precision precision, int threads, Duration duration);

}  // namespace quartet::bench

#endif  // QUARTET_BENCH_LIMIT_DOT_PRODUCTS_H_
