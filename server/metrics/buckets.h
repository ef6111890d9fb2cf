// The upper bounds of every histogram, in one place: dashboards depend on them.
#ifndef QUARTET_METRICS_BUCKETS_H_
#define QUARTET_METRICS_BUCKETS_H_

#include <prometheus/histogram.h>

namespace quartet {

// Seconds. Fine where a fast model answers (a 16-token text is to take under 1 ms), with 2 and 5 as
// edges because alerts compare with them.
inline prometheus::Histogram::BucketBoundaries LatencyBuckets() {
  return {0.00025, 0.0005, 0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03,
          0.05,    0.075,  0.1,   0.15,  0.25,  0.5,   1,      2,    5,     10};
}

// Texts in a forward: exact.
inline prometheus::Histogram::BucketBoundaries BatchItemBuckets() { return {1, 2, 3, 4}; }

// Tokens of a text, up to the longest that models of this class take.
inline prometheus::Histogram::BucketBoundaries TextTokenBuckets() {
  return {4, 8, 12, 16, 24, 32, 48, 64, 96, 128, 256, 512};
}

// Tokens of a forward: four texts.
inline prometheus::Histogram::BucketBoundaries BatchTokenBuckets() {
  return {8, 16, 32, 48, 64, 96, 128, 192, 256, 384, 512, 1024, 2048};
}

}  // namespace quartet

#endif  // QUARTET_METRICS_BUCKETS_H_
