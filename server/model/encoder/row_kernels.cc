#include "model/encoder/row_kernels.h"

namespace quartet {

bool RowKernelsRun() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}

}  // namespace quartet
