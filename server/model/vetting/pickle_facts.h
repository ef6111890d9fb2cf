// What a pickle of a TorchScript archive would have libtorch do, found without doing it.
#ifndef QUARTET_MODEL_VETTING_PICKLE_FACTS_H_
#define QUARTET_MODEL_VETTING_PICKLE_FACTS_H_

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace quartet {

// A tensor's bytes, which the pickle says are in record `key` of its folder.
struct PickledStorage {
  std::string type;  // "torch FloatStorage"
  std::string key;
  std::int64_t count = 0;  // of elements
};

struct PickleFacts {
  std::set<std::string> globals;  // "module name": every class and function it wants called
  std::vector<PickledStorage> storages;
};

// INVALID_ARGUMENT for bytes that use more of the pickle language than libtorch writes.
absl::StatusOr<PickleFacts> ReadPickle(std::string_view pickle);

}  // namespace quartet

#endif  // QUARTET_MODEL_VETTING_PICKLE_FACTS_H_
