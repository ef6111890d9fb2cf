// Tells the thread sanitizer of memory that goes to another thread through gRPC, which Debian
// builds without it. Nothing in any other build.
#ifndef QUARTET_RPC_HAND_OVER_H_
#define QUARTET_RPC_HAND_OVER_H_

#ifdef __SANITIZE_THREAD__  // gcc's name, which the tsan preset builds with
#include <sanitizer/tsan_interface.h>
#endif

namespace quartet {

// All that this thread has written so far is seen by who takes `object` over.
inline void GiveOver([[maybe_unused]] void* object) {
#ifdef __SANITIZE_THREAD__
  __tsan_release(object);
#endif
}

// After the object has come out of gRPC.
inline void TakeOver([[maybe_unused]] void* object) {
#ifdef __SANITIZE_THREAD__
  __tsan_acquire(object);
#endif
}

}  // namespace quartet

#endif  // QUARTET_RPC_HAND_OVER_H_
