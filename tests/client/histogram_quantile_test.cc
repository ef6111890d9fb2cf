#include "operator/histogram_quantile.h"

#include <catch2/catch.hpp>
#include <cmath>

namespace quartet {
namespace {

TEST_CASE("a quantile lies within its bucket, in proportion", "[client]") {
  const Buckets buckets = {{1, 0}, {2, 100}, {4, 200}, {INFINITY, 200}};
  CHECK(HistogramQuantile({}, buckets, 0.25).value() == Approx(1.5));
  CHECK(HistogramQuantile({}, buckets, 0.5).value() == Approx(2));
  CHECK(HistogramQuantile({}, buckets, 0.75).value() == Approx(3));
}

TEST_CASE("only what came between counts", "[client]") {
  const Buckets before = {{1, 1000}, {2, 1000}, {INFINITY, 1000}};
  const Buckets after = {{1, 1000}, {2, 1010}, {INFINITY, 1010}};
  CHECK(HistogramQuantile(before, after, 0.5).value() == Approx(1.5));
  CHECK_FALSE(HistogramQuantile(after, after, 0.5).has_value());
  CHECK_FALSE(HistogramQuantile({}, {}, 0.5).has_value());
}

TEST_CASE("above the highest bound it is that bound", "[client]") {
  CHECK(HistogramQuantile({}, {{1, 0}, {2, 0}, {INFINITY, 5}}, 0.95).value() == 2);
}

}  // namespace
}  // namespace quartet
