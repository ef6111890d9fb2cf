// What to do about what was seen. Pure.
#ifndef QUARTET_CLIENT_OPERATOR_REPORT_ADVICE_H_
#define QUARTET_CLIENT_OPERATOR_REPORT_ADVICE_H_

#include <string>
#include <vector>

#include "operator/report/server_facts.h"
#include "operator/report/traffic.h"

namespace quartet {

// Parts of fewer calls than this say nothing.
inline constexpr double kEnoughCalls = 20;

// So many times what is needed is far too large.
inline constexpr double kFarTooLarge = 4;
inline constexpr double kLeastCores = 1;
inline constexpr double kMostCores = 2.5;  // two compute, half a core is gRPC and tokenizing

inline constexpr double kFewRefusals = 0.01;    // of the calls
inline constexpr double kManyTruncated = 0.05;  // of the texts
inline constexpr double kManyGivenUp = 0.05;    // of the texts
inline constexpr double kFullBatch = 3.5;       // texts in a forward, of at most 4
inline constexpr double kLongQueue = 0.05;      // seconds, p95

// One sentence each, none where all is well. `precision`: as the model's metric says it.
std::vector<std::string> AdviceOf(const std::string& precision, const Resources& resources,
                                  const Traffic& traffic);

}  // namespace quartet

#endif  // QUARTET_CLIENT_OPERATOR_REPORT_ADVICE_H_
