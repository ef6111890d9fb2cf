// A plan as lines for people, as JSON, and as a patch for a Deployment.
#ifndef QUARTET_CLIENT_OPERATOR_PLAN_PLAN_TEXT_H_
#define QUARTET_CLIENT_OPERATOR_PLAN_PLAN_TEXT_H_

#include <string>

#include "operator/plan/plan.h"

namespace quartet {

// Each ends with the end of a line. `plan` has at least one replica; `source`: where the cost of a
// token comes from, a sentence.
std::string PlanAsText(const PlanInput& input, const Plan& plan, const std::string& source);
std::string PlanAsJson(const PlanInput& input, const Plan& plan, const std::string& source);

// YAML, for `kubectl patch deployment NAME --patch-file`; its container is called quartet.
std::string PlanAsKubernetes(const PlanInput& input, const Plan& plan, const std::string& source);

}  // namespace quartet

#endif  // QUARTET_CLIENT_OPERATOR_PLAN_PLAN_TEXT_H_
