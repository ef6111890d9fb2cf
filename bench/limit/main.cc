// quartet-limit: for every line on standard input, which says milliseconds for each figure, one
// line of JSON: Gop/s in three precisions on one and on two threads, null where the CPU has none.
#include <charconv>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

#include "limit/dot_products.h"

namespace quartet::bench {
namespace {

nlohmann::ordered_json Figure(Precision precision, int threads, Duration duration) {
  const std::optional<double> figure = MeasureDotProducts(precision, threads, duration);
  return figure ? nlohmann::ordered_json(*figure) : nlohmann::ordered_json(nullptr);
}

std::string Measure(Duration duration) {
  nlohmann::ordered_json limits;
  for (const int threads : {1, 2}) {
    limits[std::to_string(threads)] = {{"int8", Figure(Precision::kInt8, threads, duration)},
                                       {"bf16", Figure(Precision::kBfloat16, threads, duration)},
                                       {"fp32", Figure(Precision::kFloat32, threads, duration)}};
  }
  return limits.dump();
}

}  // namespace
}  // namespace quartet::bench

int main() {  // NOLINT(bugprone-exception-escape)
  for (std::string line; std::getline(std::cin, line);) {
    int milliseconds = 0;
    const auto parsed = std::from_chars(line.data(), line.data() + line.size(), milliseconds);
    if (parsed.ptr != line.data() + line.size() || milliseconds < 1 || milliseconds > 10'000) {
      std::cerr << "quartet-limit: '" << line << "' is not 1..10000 milliseconds\n";
      return 2;
    }
    std::cout << quartet::bench::Measure(std::chrono::milliseconds(milliseconds)) << std::endl;
  }
  return 0;
}
