// A scraped page of Prometheus' text format, as numbers.
#ifndef QUARTET_CLIENT_OPERATOR_METRICS_PAGE_H_
#define QUARTET_CLIENT_OPERATOR_METRICS_PAGE_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace quartet {

using Labels = std::map<std::string, std::string>;

// Cumulative counts by upper bound, the last one infinity.
using Buckets = std::map<double, double>;

class MetricsPage {
 public:
  // INVALID_ARGUMENT: a line is neither a comment nor `name{label="value",...} number`; it is
  // named.
  static absl::StatusOr<MetricsPage> Parse(const std::string& text);

  // Of all series of `name` that have at least these labels; nullopt when there is none.
  std::optional<double> Sum(const std::string& name, const Labels& labels = {}) const;

  // The same by the values of one more label: calls by code, or the version in an info metric.
  // Series without that label are left out.
  std::map<std::string, double> SumBy(const std::string& name, const std::string& label,
                                      const Labels& labels = {}) const;

  // The same of a histogram's buckets; `name` without _bucket.
  Buckets SumOfBuckets(const std::string& name, const Labels& labels = {}) const;

  // Of the first series of `name`, whose value says nothing; empty when there is none.
  Labels LabelsOf(const std::string& name) const;

 private:
  struct Series {
    std::string name;
    Labels labels;
    double value = 0;
  };

  static std::optional<Series> ParseLine(std::string_view line);

  std::vector<Series> series_;
};

}  // namespace quartet

#endif  // QUARTET_CLIENT_OPERATOR_METRICS_PAGE_H_
