#include "model/encoder/instruction_set.h"

#include <c10/util/Exception.h>

#include <cstdlib>
#include <string>

namespace quartet {
namespace {

const std::string& MaxIsa() {
  static const std::string value = [] {
    const char* set = std::getenv("QUARTET_MAX_ISA");
    return std::string(set == nullptr ? "" : set);
  }();
  return value;
}

}  // namespace

bool Avx2::IsSupported() {
  static const bool supported =
      MaxIsa() != "none" && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  return supported;
}

bool Avx512::IsSupported() {
  static const bool supported =
      MaxIsa().empty() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  return supported;
}

void CheckMaxIsa() {
  TORCH_CHECK(MaxIsa().empty() || MaxIsa() == "avx2" || MaxIsa() == "none", "QUARTET_MAX_ISA is '",
              MaxIsa(), "', known are 'avx2' and 'none'");
}

}  // namespace quartet
