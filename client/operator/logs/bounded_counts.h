// Counts by kind, of a bounded number of kinds.
#ifndef QUARTET_CLIENT_OPERATOR_LOGS_BOUNDED_COUNTS_H_
#define QUARTET_CLIENT_OPERATOR_LOGS_BOUNDED_COUNTS_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace quartet {

class BoundedCounts {
 public:
  static constexpr std::size_t kMostKinds = 50;
  static constexpr std::size_t kLongestKind = 200;  // bytes; the rest is cut
  static constexpr char kOther[] = "other";

  // A kind that is new when there are kMostKinds counts as kOther.
  void Add(const std::string& kind, std::uint64_t count = 1) {
    const std::string name = kind.substr(0, kLongestKind);
    const bool is_known = counts_.size() < kMostKinds || counts_.count(name) > 0;
    counts_[is_known ? name : kOther] += count;
  }

  std::uint64_t Of(const std::string& kind) const {
    const auto found = counts_.find(kind);
    return found == counts_.end() ? 0 : found->second;
  }
  std::uint64_t Total() const {
    std::uint64_t total = 0;
    for (const auto& [kind, count] : counts_) total += count;
    return total;
  }
  const std::map<std::string, std::uint64_t>& counts() const { return counts_; }

 private:
  std::map<std::string, std::uint64_t> counts_;
};

}  // namespace quartet

#endif  // QUARTET_CLIENT_OPERATOR_LOGS_BOUNDED_COUNTS_H_
