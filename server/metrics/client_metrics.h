// quartet_client_*: calls by who made them.
#ifndef QUARTET_METRICS_CLIENT_METRICS_H_
#define QUARTET_METRICS_CLIENT_METRICS_H_

#include <prometheus/collectable.h>

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/client_tally.h"
#include "core/mutex.h"
#include "core/thread_annotations.h"

namespace quartet {

// Thread-safe. Names are those that the operator has configured, never what a caller made up, and
// those that are configured no longer have no series any more: however often the files change,
// there are kMostNames and one.
class ClientMetrics final : public prometheus::Collectable {
 public:
  static constexpr std::size_t kMostNames = 100;
  static constexpr const char* kOther = "other";  // the label of all the rest

  ClientMetrics();

  // From now on. The first kMostNames of them have a series each; those that had one go on.
  void SetNames(const std::vector<std::string>& names) QUARTET_EXCLUDES(mutex_);

  // Where calls of `name` are counted: with all others', if it has no series. Never null.
  std::shared_ptr<ClientTally> Of(std::string_view name) const QUARTET_EXCLUDES(mutex_);

  std::vector<prometheus::MetricFamily> Collect() const override QUARTET_EXCLUDES(mutex_);

 private:
  using Tallies = std::map<std::string, std::shared_ptr<ClientTally>, std::less<>>;

  mutable Mutex mutex_;
  Tallies tallies_ QUARTET_GUARDED_BY(mutex_);  // kOther is always there
};

}  // namespace quartet

#endif  // QUARTET_METRICS_CLIENT_METRICS_H_
