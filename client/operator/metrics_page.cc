#include "operator/metrics_page.h"

#include <algorithm>
#include <sstream>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace quartet {
namespace {

// Prometheus writes "+Inf", whose sign absl does not read.
std::optional<double> ParseNumber(std::string_view word) {
  if (word.starts_with('+')) word.remove_prefix(1);
  double value = 0;
  if (!absl::SimpleAtod({word.data(), word.size()}, &value)) return std::nullopt;
  return value;
}

bool HasAll(const Labels& labels, const Labels& wanted) {
  return std::all_of(wanted.begin(), wanted.end(), [&](const auto& label) {
    const auto found = labels.find(label.first);
    return found != labels.end() && found->second == label.second;
  });
}

// Reads `label="value",` again and again up to the '}', which it takes too. Values escape '\\', '"'
// and the end of a line.
std::optional<Labels> TakeLabels(std::string_view& rest) {
  Labels labels;
  while (!rest.empty() && rest[0] != '}') {
    const std::size_t equals = rest.find("=\"");
    if (equals == std::string_view::npos) return std::nullopt;
    std::string& value = labels[std::string(rest.substr(0, equals))];
    rest.remove_prefix(equals + 2);
    for (; !rest.empty() && rest[0] != '"'; rest.remove_prefix(1)) {
      if (rest[0] == '\\' && rest.size() > 1) {
        rest.remove_prefix(1);
        value += rest[0] == 'n' ? '\n' : rest[0];
      } else {
        value += rest[0];
      }
    }
    if (rest.empty()) return std::nullopt;
    rest.remove_prefix(1);
    if (!rest.empty() && rest[0] == ',') rest.remove_prefix(1);
  }
  if (rest.empty()) return std::nullopt;
  rest.remove_prefix(1);
  return labels;
}

}  // namespace

std::optional<MetricsPage::Series> MetricsPage::ParseLine(std::string_view line) {
  Series series;
  const std::size_t end_of_name = line.find_first_of("{ ");
  if (end_of_name == 0 || end_of_name == std::string_view::npos) return std::nullopt;
  series.name = std::string(line.substr(0, end_of_name));
  const bool has_labels = line[end_of_name] == '{';
  line.remove_prefix(end_of_name + 1);
  if (has_labels) {
    std::optional<Labels> labels = TakeLabels(line);
    if (!labels || line.empty() || line[0] != ' ') return std::nullopt;
    series.labels = *std::move(labels);
    line.remove_prefix(1);
  }
  const std::optional<double> value = ParseNumber(line.substr(0, line.find(' ')));
  if (!value) return std::nullopt;
  series.value = *value;
  return series;
}

absl::StatusOr<MetricsPage> MetricsPage::Parse(const std::string& text) {
  MetricsPage page;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::optional<Series> series = ParseLine(line);
    if (!series) {
      return absl::InvalidArgumentError(absl::StrCat("not a line of metrics: '", line, "'"));
    }
    page.series_.push_back(*std::move(series));
  }
  return page;
}

std::optional<double> MetricsPage::Sum(const std::string& name, const Labels& labels) const {
  std::optional<double> sum;
  for (const Series& series : series_) {
    if (series.name == name && HasAll(series.labels, labels)) {
      sum = sum.value_or(0) + series.value;
    }
  }
  return sum;
}

std::map<std::string, double> MetricsPage::SumBy(const std::string& name, const std::string& label,
                                                 const Labels& labels) const {
  std::map<std::string, double> sums;
  for (const Series& series : series_) {
    if (series.name != name || !HasAll(series.labels, labels)) continue;
    const auto found = series.labels.find(label);
    if (found != series.labels.end()) sums[found->second] += series.value;
  }
  return sums;
}

Buckets MetricsPage::SumOfBuckets(const std::string& name, const Labels& labels) const {
  Buckets buckets;
  for (const Series& series : series_) {
    if (series.name != name + "_bucket" || !HasAll(series.labels, labels)) continue;
    const auto edge = series.labels.find("le");
    const auto bound = edge == series.labels.end() ? std::nullopt : ParseNumber(edge->second);
    if (bound) buckets[*bound] += series.value;
  }
  return buckets;
}

Labels MetricsPage::LabelsOf(const std::string& name) const {
  const auto found = std::find_if(series_.begin(), series_.end(),
                                  [&](const Series& series) { return series.name == name; });
  return found == series_.end() ? Labels{} : found->labels;
}

}  // namespace quartet
