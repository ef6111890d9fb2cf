#include "metrics/client_metrics.h"

#include <prometheus/metric_family.h>

#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <vector>

namespace quartet {
namespace {

// The labels of each of the families, which all have the same.
std::set<std::string> NamesIn(const ClientMetrics& metrics) {
  std::set<std::string> all;
  for (const prometheus::MetricFamily& family : metrics.Collect()) {
    std::set<std::string> names;
    for (const prometheus::ClientMetric& metric : family.metric) {
      REQUIRE(metric.label.size() == 1);
      CHECK(metric.label[0].name == "client");
      names.insert(metric.label[0].value);
    }
    CHECK(names.size() == family.metric.size());
    CHECK((all.empty() || names == all));
    all = names;
  }
  return all;
}

TEST_CASE("only configured names have series", "[metrics]") {
  ClientMetrics metrics;
  CHECK(NamesIn(metrics) == std::set<std::string>{"other"});
  metrics.SetNames({"search", "batch", "search"});
  CHECK(NamesIn(metrics) == std::set<std::string>{"batch", "other", "search"});
  CHECK(metrics.Of("search") == metrics.Of("search"));
  CHECK(metrics.Of("search") != metrics.Of("batch"));
  for (const char* unknown : {"", "stranger", "Search", "other"}) {
    CHECK(metrics.Of(unknown) == metrics.Of("other"));
  }
  CHECK(NamesIn(metrics).size() == 3);
}

TEST_CASE("a key that is called other is one of the others", "[metrics]") {
  ClientMetrics metrics;
  const auto others = metrics.Of("");
  metrics.SetNames({"other", "search"});
  CHECK(metrics.Of("other") == others);
  CHECK(NamesIn(metrics) == std::set<std::string>{"other", "search"});
}

TEST_CASE("names that stay go on counting, and names that go take their series along",
          "[metrics]") {
  ClientMetrics metrics;
  metrics.SetNames({"search", "old"});
  const TalliedCall stays(metrics.Of("search"));
  {
    const TalliedCall goes(metrics.Of("old"));
    const TalliedCall other(metrics.Of(""));
    metrics.SetNames({"search", "new"});
  }
  CHECK(NamesIn(metrics) == std::set<std::string>{"new", "other", "search"});
  CHECK(metrics.Of("search")->in_flight == 1);
  CHECK(metrics.Of("")->calls == 1);
  CHECK(metrics.Of("")->in_flight == 0);
  CHECK(metrics.Of("old") == metrics.Of(""));
}

TEST_CASE("however many names there are, and however often they change, series are bounded",
          "[metrics]") {
  ClientMetrics metrics;
  for (int reload = 0; reload < 10; ++reload) {
    std::vector<std::string> names;
    for (int i = 0; i < 1000; ++i) {
      names.push_back("client-" + std::to_string(reload) + "-" + std::to_string(i));
    }
    metrics.SetNames(names);
    CHECK(NamesIn(metrics).size() == ClientMetrics::kMostNames + 1);
    CHECK(metrics.Of(names[ClientMetrics::kMostNames - 1]) != metrics.Of(""));
    CHECK(metrics.Of(names[ClientMetrics::kMostNames]) == metrics.Of(""));
  }
}

TEST_CASE("what is counted is what a scrape shows", "[metrics]") {
  ClientMetrics metrics;
  metrics.SetNames({"search"});
  TalliedCall refused(metrics.Of("search"));
  refused.CountRefusal();
  { const TalliedCall done(metrics.Of("search")); }
  const auto value = [&](const std::string& family_name) {
    for (const prometheus::MetricFamily& family : metrics.Collect()) {
      if (family.name != family_name) continue;
      for (const prometheus::ClientMetric& metric : family.metric) {
        if (metric.label[0].value != "search") continue;
        return family.type == prometheus::MetricType::Gauge ? metric.gauge.value
                                                            : metric.counter.value;
      }
    }
    return -1.0;
  };
  CHECK(value("quartet_client_requests_total") == 2);
  CHECK(value("quartet_client_refused_total") == 1);
  CHECK(value("quartet_client_in_flight") == 1);
}

}  // namespace
}  // namespace quartet
