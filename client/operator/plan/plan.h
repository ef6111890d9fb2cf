// How many servers a machine carries, and how much they serve. Pure.
#ifndef QUARTET_CLIENT_OPERATOR_PLAN_PLAN_H_
#define QUARTET_CLIENT_OPERATOR_PLAN_PLAN_H_

#include <optional>
#include <string>
#include <vector>

#include "operator/plan/cost_model.h"

namespace quartet {

// Of the capacity. At 70 % the bench saw a p99 of 20 ms, at 80 % one of 825 ms (full.md, "Open
// loops", row quartet).
inline constexpr double kUtilisationAim = 0.7;

// A machine, or a node of a cluster, and its work.
struct PlanInput {
  double cores = 0;
  double memory = 0;  // bytes
  double tokens_per_text = 16;
  double texts_per_call = 1;
  std::optional<double> rate;  // texts a second, of all clients
  Precision precision = Precision::kInt8;
  Cost cost = MeasuredCost(Precision::kInt8);
};

struct Plan {
  double system_cores = 0;   // left to the system: the kubelet, the runtime, agents
  double system_memory = 0;  // likewise
  int threads = 1;           // that compute, in a replica
  int replicas_by_cpu = 0;
  int replicas_by_memory = 0;
  int replicas = 0;             // 0: the memory is not enough for one
  double cpu_request = 0;       // cores, of a replica: what it uses at kUtilisationAim
  double memory_limit = 0;      // bytes, of a replica, and its request: memory is not overcommitted
  double replica_capacity = 0;  // texts a second
  double capacity = 0;          // of all replicas
  std::optional<double> utilisation;        // at the rate, 0 to 1 and above
  std::optional<double> replicas_for_rate;  // at kUtilisationAim
  bool surge_fits = false;                  // one replica more, while it is updated
  std::vector<std::string> warnings;        // one sentence each
};

// `input`: cores, memory, tokens and texts above 0.
Plan PlanOf(const PlanInput& input);

}  // namespace quartet

#endif  // QUARTET_CLIENT_OPERATOR_PLAN_PLAN_H_
