// For loops that wait without giving the CPU away.
#ifndef QUARTET_CORE_SPIN_H_
#define QUARTET_CORE_SPIN_H_

namespace quartet {

// Tells the CPU that this is such a loop: saves power, and leaves the core to its other thread.
inline void SpinPause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

}  // namespace quartet

#endif  // QUARTET_CORE_SPIN_H_
