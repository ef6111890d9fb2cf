// Whether a forward is worth a second thread. A pure function.
#ifndef QUARTET_PIPELINE_SHARE_POLICY_H_
#define QUARTET_PIPELINE_SHARE_POLICY_H_

#include <cstddef>

namespace quartet {

// Below it, meeting the other thread costs what it saves.
inline constexpr std::size_t kFewestSharedTokens = 8;

// With work in the queue both threads do more with a batch each, and no waits between them.
inline bool ShouldShare(std::size_t tokens, bool queue_is_empty) {
  return queue_is_empty && tokens >= kFewestSharedTokens;
}

}  // namespace quartet

#endif  // QUARTET_PIPELINE_SHARE_POLICY_H_
