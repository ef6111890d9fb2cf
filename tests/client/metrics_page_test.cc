#include "operator/metrics_page.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <string>

namespace quartet {
namespace {

MetricsPage Page(const std::string& text) {
  absl::StatusOr<MetricsPage> page = MetricsPage::Parse(text);
  REQUIRE(page.ok());
  return *std::move(page);
}

TEST_CASE("a page's series are summed by name and labels", "[client]") {
  const MetricsPage page = Page(
      "# HELP calls_total Calls.\n"
      "# TYPE calls_total counter\n"
      "calls_total{method=\"Embed\",code=\"OK\"} 7\n"
      "calls_total{method=\"Embed\",code=\"Internal\"} 2\n"
      "calls_total{method=\"Check\",code=\"OK\"} 100 1700000000000\n"
      "\n"
      "limit_bytes +Inf\n"
      "small 1.5e-05\n");
  CHECK(page.Sum("calls_total") == 109);
  CHECK(page.Sum("calls_total", {{"method", "Embed"}}) == 9);
  CHECK(page.Sum("calls_total", {{"method", "Embed"}, {"code", "OK"}}) == 7);
  CHECK_FALSE(page.Sum("calls_total", {{"method", "Watch"}}).has_value());
  CHECK_FALSE(page.Sum("calls").has_value());
  CHECK(std::isinf(page.Sum("limit_bytes").value()));
  CHECK(page.Sum("small").value() == Approx(1.5e-5));
}

TEST_CASE("label values may hold anything", "[client]") {
  const MetricsPage page = Page("info{name=\"a,b} \\\"c\\\" \\\\ \\n\",rest=\"\"} 1\n");
  CHECK(page.Sum("info", {{"name", "a,b} \"c\" \\ \n"}, {"rest", ""}}) == 1);
}

TEST_CASE("series are summed by the values of a label", "[client]") {
  const MetricsPage page = Page(
      "calls{method=\"a\",code=\"OK\"} 1\n"
      "calls{method=\"b\",code=\"OK\"} 2\n"
      "calls{method=\"b\",code=\"Internal\"} 4\n"
      "calls{method=\"b\"} 8\n");
  using Sums = std::map<std::string, double>;
  CHECK(page.SumBy("calls", "code") == Sums{{"OK", 3}, {"Internal", 4}});
  CHECK(page.SumBy("calls", "code", {{"method", "b"}}) == Sums{{"OK", 2}, {"Internal", 4}});
  CHECK(page.SumBy("calls", "reason").empty());
}

TEST_CASE("what a series says by its labels can be read", "[client]") {
  const MetricsPage page = Page("info{name=\"first\"} 1\ninfo{name=\"second\"} 1\n");
  CHECK(page.LabelsOf("info") == Labels{{"name", "first"}});
  CHECK(page.LabelsOf("other").empty());
}

TEST_CASE("buckets are summed by their bound", "[client]") {
  const MetricsPage page = Page(
      "seconds_bucket{method=\"a\",le=\"0.5\"} 1\n"
      "seconds_bucket{method=\"a\",le=\"+Inf\"} 3\n"
      "seconds_bucket{method=\"b\",le=\"0.5\"} 10\n"
      "seconds_bucket{method=\"b\",le=\"+Inf\"} 30\n"
      "seconds_sum 9\n");
  CHECK(page.SumOfBuckets("seconds") == Buckets{{0.5, 11}, {INFINITY, 33}});
  CHECK(page.SumOfBuckets("seconds", {{"method", "a"}}) == Buckets{{0.5, 1}, {INFINITY, 3}});
}

TEST_CASE("what is no page of metrics is named", "[client]") {
  for (const std::string line :
       {"<html>", "name", "name{label=\"x\" 1", "name{label=\"x\"}1", "name word", " 1"}) {
    INFO(line);
    const absl::Status status = MetricsPage::Parse("good 1\n" + line + "\n").status();
    CHECK(status.code() == absl::StatusCode::kInvalidArgument);
    CHECK_THAT(std::string(status.message()), Catch::Contains(line));
  }
}

}  // namespace
}  // namespace quartet
