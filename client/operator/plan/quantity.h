// Amounts of CPU and memory as Kubernetes writes them. Pure.
#ifndef QUARTET_CLIENT_OPERATOR_PLAN_QUANTITY_H_
#define QUARTET_CLIENT_OPERATOR_PLAN_QUANTITY_H_

#include <optional>
#include <string>
#include <string_view>

namespace quartet {

// `500m`, `1.5`, `512Mi`, `8G`, `2e9`: cores or bytes. nullopt: it is none, or it is negative.
std::optional<double> ParseQuantity(std::string_view text);

// 1.4 as `1400m`, 2 as `2`; rounded to thousandths.
std::string CpuQuantity(double cores);

// 4e8 as `400M`; rounded to millions.
std::string MemoryQuantity(double bytes);

}  // namespace quartet

#endif  // QUARTET_CLIENT_OPERATOR_PLAN_QUANTITY_H_
