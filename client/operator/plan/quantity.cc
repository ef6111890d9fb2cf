#include "operator/plan/quantity.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace quartet {
namespace {

const std::map<std::string_view, double>& Factors() {
  static const std::map<std::string_view, double> factors = {
      {"n", 1e-9},    {"u", 1e-6},    {"m", 1e-3},    {"", 1},       {"k", 1e3},     {"M", 1e6},
      {"G", 1e9},     {"T", 1e12},    {"P", 1e15},    {"E", 1e18},   {"Ki", 0x1p10}, {"Mi", 0x1p20},
      {"Gi", 0x1p30}, {"Ti", 0x1p40}, {"Pi", 0x1p50}, {"Ei", 0x1p60}};
  return factors;
}

// "e9" and "E9"; a lone "E" is exa.
std::optional<double> FactorOf(std::string_view suffix) {
  if (suffix.size() > 1 && (suffix[0] == 'e' || suffix[0] == 'E')) {
    int exponent = 0;
    if (suffix[1] != ' ' && absl::SimpleAtoi({suffix.data() + 1, suffix.size() - 1}, &exponent)) {
      return std::pow(10, exponent);
    }
  }
  const auto found = Factors().find(suffix);
  if (found == Factors().end()) return std::nullopt;
  return found->second;
}

}  // namespace

std::optional<double> ParseQuantity(std::string_view text) {
  const std::size_t end = std::min(text.find_first_not_of("0123456789."), text.size());
  double number = 0;
  if (!absl::SimpleAtod({text.data(), end}, &number)) return std::nullopt;
  const std::optional<double> factor = FactorOf(text.substr(end));
  if (!factor || !std::isfinite(number * *factor)) return std::nullopt;
  return number * *factor;
}

std::string CpuQuantity(double cores) {
  const long thousandths = std::lround(cores * 1000);
  return thousandths % 1000 == 0 ? absl::StrCat(thousandths / 1000)
                                 : absl::StrCat(thousandths, "m");
}

std::string MemoryQuantity(double bytes) { return absl::StrCat(std::lround(bytes / 1e6), "M"); }

}  // namespace quartet
