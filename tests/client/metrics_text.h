// Pages of metrics for tests.
#ifndef QUARTET_TESTS_CLIENT_METRICS_TEXT_H_
#define QUARTET_TESTS_CLIENT_METRICS_TEXT_H_

#include <map>
#include <string>

#include "operator/metrics_page.h"

namespace quartet {

// Values by series, labels included: `name{label="value"}`.
using SeriesValues = std::map<std::string, double>;

inline MetricsPage PageOf(const SeriesValues& values) {
  std::string text;
  for (const auto& [series, value] : values) text += series + " " + std::to_string(value) + "\n";
  return MetricsPage::Parse(text).value();
}

}  // namespace quartet

#endif  // QUARTET_TESTS_CLIENT_METRICS_TEXT_H_
