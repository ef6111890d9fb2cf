#include "model/encoder/instruction_set.h"

namespace quartet {

bool Avx2::IsSupported() {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

bool Avx512::IsSupported() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}

}  // namespace quartet
