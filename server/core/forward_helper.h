// A second thread for one forward.
#ifndef QUARTET_CORE_FORWARD_HELPER_H_
#define QUARTET_CORE_FORWARD_HELPER_H_

#include <functional>

namespace quartet {

// Used by the thread that runs the forward, by one at a time.
class ForwardHelper {
 public:
  virtual ~ForwardHelper() = default;

  // Has another thread run `part`, which may wait for the calling thread to do its own part. False:
  // nobody is free, nothing will run. `part` must live until Join.
  virtual bool Start(const std::function<void()>& part) = 0;

  // Returns when the part of the last true Start has ended; what it wrote is visible then.
  virtual void Join() = 0;
};

}  // namespace quartet

#endif  // QUARTET_CORE_FORWARD_HELPER_H_
