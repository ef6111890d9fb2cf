#include "operator/plan/cost_model.h"

#include <cmath>

#include "operator/findings.h"

namespace quartet {
namespace {

constexpr double kMegabyte = 1e6;
constexpr double kMebibyte = 0x1p20;
constexpr double kInt8MostMemory = 240 * kMegabyte;
constexpr double kFp32More = (221 - 169) * kMebibyte;
constexpr double kBf16More = (233 - 143) * kMebibyte;
constexpr double kStep = 100 * kMegabyte;

}  // namespace

std::string NameOf(Precision precision) {
  switch (precision) {
    case Precision::kInt8:
      return "int8";
    case Precision::kBf16:
      return "bf16";
    case Precision::kFp32:
      return "fp32";
  }
  return "";
}

std::optional<Precision> PrecisionOf(const std::string& name) {
  for (const Precision precision : {Precision::kInt8, Precision::kBf16, Precision::kFp32}) {
    if (NameOf(precision) == name) return precision;
  }
  return std::nullopt;
}

Cost MeasuredCost(Precision precision) {
  switch (precision) {
    case Precision::kInt8:
      return {kInt8MicrosPerToken, kMicrosPerCall};
    case Precision::kBf16:
      return {kBf16MicrosPerToken, kMicrosPerCall};
    case Precision::kFp32:
      return {kFp32MicrosPerToken, kMicrosPerCall};
  }
  return {};
}

double TextsPerSecond(const Cost& cost, double cores, double tokens_per_text,
                      double texts_per_call) {
  return cores * 1e6 / (tokens_per_text * cost.per_token + cost.per_call / texts_per_call);
}

double MostMemory(Precision precision) {
  switch (precision) {
    case Precision::kInt8:
      return kInt8MostMemory;
    case Precision::kBf16:
      return kInt8MostMemory + kBf16More;
    case Precision::kFp32:
      return kInt8MostMemory + kFp32More;
  }
  return 0;
}

double MemoryLimit(Precision precision) {
  return std::ceil(MostMemory(precision) / kMemory.warning / kStep) * kStep;
}

}  // namespace quartet
