// How a fuzz target says that a claim is broken.
#ifndef QUARTET_TESTS_FUZZ_CHECK_H_
#define QUARTET_TESTS_FUZZ_CHECK_H_

#include <cstdio>
#include <cstdlib>

namespace quartet {

// Ends the process, which libFuzzer reports together with the input.
inline void Check(bool holds, const char* claim) {
  if (holds) return;
  std::fprintf(stderr, "broken claim: %s\n", claim);
  std::abort();
}

}  // namespace quartet

#endif  // QUARTET_TESTS_FUZZ_CHECK_H_
