// Which of the waiting texts go into the next forward. A pure function.
#ifndef QUARTET_PIPELINE_BATCH_POLICY_H_
#define QUARTET_PIPELINE_BATCH_POLICY_H_

#include <cstddef>
#include <span>
#include <vector>

namespace quartet {

// How far behind the oldest text mates are looked for. Enough to find light company in a mixed
// queue, small enough that looking costs nothing.
inline constexpr std::size_t kBatchLookAhead = 16;

// A light batch may always grow to this many tokens. One text of the default model's maximum
// length (128) and a few short ones: a short text never waits for more than that.
inline constexpr std::size_t kLightBatchTokens = 192;

// `lengths`: tokens of the waiting texts, oldest first, at least one. Returns the indexes to take,
// ascending, at most `max_items` (>= 1).
//
// The oldest always goes, so nobody starves. Mates join in the order of their age while the batch
// stays within max(kLightBatchTokens, max_items x the oldest one's length): batches are ragged, so
// cost is the sum of the lengths, and a short text should not pay for heavy company.
std::vector<std::size_t> ChooseBatch(std::span<const std::size_t> lengths, std::size_t max_items);

}  // namespace quartet

#endif  // QUARTET_PIPELINE_BATCH_POLICY_H_
