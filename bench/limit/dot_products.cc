#include "limit/dot_products.h"

#include <ATen/native/CPUBlas.h>

#include <algorithm>
#include <barrier>
#include <cstdint>
#include <exception>
#include <thread>
#include <vector>

namespace quartet::bench {
namespace {

constexpr std::int64_t kRows = 32;
constexpr std::int64_t kColumns = 64;
constexpr std::int64_t kDepth = 384;
constexpr double kOperations = 2.0 * kRows * kColumns * kDepth;
constexpr int kSpells = 5;
constexpr int kProductsBetweenLooks = 32;  // at the clock: 0.1 ms
constexpr double kGiga = 1e9;

// A tile's three matrices. What is in them does not matter; that they are no denormals does.
template <class A, class B, class C>
struct Tile {
  std::vector<A> a = std::vector<A>(kRows * kDepth, A(1));
  std::vector<B> b = std::vector<B>(kDepth * kColumns, B(1));
  std::vector<C> c = std::vector<C>(kRows * kColumns);

  void Multiply() {
    at::native::cpublas::brgemm(kRows, kColumns, kDepth, kDepth, kColumns, kColumns, false,
                                a.data(), b.data(), c.data(), !std::is_same_v<A, float>);
  }
};

template <class Tile>
double OperationsPerSecond(Tile& tile, Duration duration) {
  const TimePoint start = std::chrono::steady_clock::now();
  std::int64_t products = 0;
  TimePoint now = start;
  while (now - start < duration) {
    for (int i = 0; i < kProductsBetweenLooks; ++i) tile.Multiply();
    products += kProductsBetweenLooks;
    now = std::chrono::steady_clock::now();
  }
  return static_cast<double>(products) * kOperations / ToSeconds(now - start);
}

template <class Tile>
bool IsSupported() {
  try {
    Tile().Multiply();
    return true;
  } catch (
      const std::exception&) {  // there is no other way to ask: the kernel is made on first use
    return false;
  }
}

template <class Tile>
std::optional<double> Measure(int threads, Duration duration) {
  if (!IsSupported<Tile>()) return std::nullopt;
  std::vector<std::vector<double>> per_second(kSpells, std::vector<double>(threads));
  std::barrier together(threads);
  const auto measure = [&](int thread) {
    Tile tile;
    tile.Multiply();  // a thread compiles kernels of its own
    for (auto& spell : per_second) {
      together.arrive_and_wait();
      spell[thread] = OperationsPerSecond(tile, duration / kSpells);
    }
    at::native::cpublas::brgemm_release();
  };
  std::vector<std::thread> others;
  for (int thread = 1; thread < threads; ++thread) others.emplace_back(measure, thread);
  measure(0);
  for (std::thread& other : others) other.join();
  double best = 0;
  for (const auto& spell : per_second) {
    double sum = 0;
    for (const double value : spell) sum += value;
    best = std::max(best, sum);
  }
  return best / kGiga;
}

}  // namespace

std::optional<double> MeasureDotProducts(Precision precision, int threads, Duration duration) {
  switch (precision) {
    case Precision::kInt8:
      return Measure<Tile<std::uint8_t, std::int8_t, std::int32_t>>(threads, duration);
    case Precision::kBfloat16:
      return Measure<Tile<at::BFloat16, at::BFloat16, float>>(threads, duration);
    case Precision::kFloat32:
      return Measure<Tile<float, float, float>>(threads, duration);
  }
  return std::nullopt;
}

}  // namespace quartet::bench
