// What settings that are good each by itself must be together. Pure functions.
#ifndef QUARTET_CONFIG_RULES_H_
#define QUARTET_CONFIG_RULES_H_

#include <optional>
#include <string>

#include "config.h"

namespace quartet {

struct SettingProblem {
  std::string setting;  // the flag
  std::string what;
};

// The first one; nullopt: none. Of a Config whose `auto` and `none` have been resolved.
std::optional<SettingProblem> ProblemOf(const Config& config);

}  // namespace quartet

#endif  // QUARTET_CONFIG_RULES_H_
