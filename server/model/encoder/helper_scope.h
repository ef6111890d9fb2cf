// Who may take a part of the calling thread's forwards. TorchScript stands between the caller and
// the encoder, so it can't be an argument.
#ifndef QUARTET_MODEL_ENCODER_HELPER_SCOPE_H_
#define QUARTET_MODEL_ENCODER_HELPER_SCOPE_H_

#include "core/forward_helper.h"

namespace quartet {

// As long as it lives, forwards of the thread that made it have this helper (null: none).
class HelperScope {
 public:
  explicit HelperScope(ForwardHelper* helper);
  ~HelperScope();
  HelperScope(const HelperScope&) = delete;
  HelperScope& operator=(const HelperScope&) = delete;

  static ForwardHelper* Current();

 private:
  ForwardHelper* const before_;
};

}  // namespace quartet

#endif  // QUARTET_MODEL_ENCODER_HELPER_SCOPE_H_
