#include "operator/plan/plan.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_format.h"

namespace quartet {
namespace {

// A server computes on at most two threads (server/host/compute_threads.h).
constexpr double kMostThreads = 2;

// What a node keeps: 0.7 to 1 GB of 8 GB and a few tenths of a core are usual; less of a small one.
constexpr double kSystemCores = 0.2;
constexpr double kSystemPartOfCores = 0.1;
constexpr double kSystemMemory = 1e9;
constexpr double kSystemPartOfMemory = 0.25;

constexpr int kCountless = 1'000'000;

int HowMany(double all, double one) {
  return static_cast<int>(std::clamp(std::floor(all / one), 0.0, double{kCountless}));
}

void PlanReplicas(const PlanInput& input, Plan& plan) {
  plan.system_cores = std::min(kSystemCores, kSystemPartOfCores * input.cores);
  plan.system_memory = std::min(kSystemMemory, kSystemPartOfMemory * input.memory);
  plan.threads = static_cast<int>(std::clamp(std::floor(input.cores), 1.0, kMostThreads));
  plan.memory_limit = MemoryLimit(input.precision);
  plan.replicas_by_cpu = std::max(1, HowMany(input.cores, plan.threads));
  plan.replicas_by_memory = HowMany(input.memory - plan.system_memory, plan.memory_limit);
  plan.replicas = std::min(plan.replicas_by_cpu, plan.replicas_by_memory);
}

void PlanCapacity(const PlanInput& input, Plan& plan) {
  const double busy_cores = std::min<double>(plan.threads, input.cores);
  plan.cpu_request = kUtilisationAim * busy_cores;
  plan.replica_capacity =
      TextsPerSecond(input.cost, busy_cores, input.tokens_per_text, input.texts_per_call);
  plan.capacity = plan.replicas * plan.replica_capacity;
  if (!input.rate) return;
  plan.utilisation = *input.rate / plan.capacity;
  plan.replicas_for_rate = std::ceil(*input.rate / (kUtilisationAim * plan.replica_capacity));
}

bool SurgeFits(const PlanInput& input, const Plan& plan) {
  const int with_one_more = plan.replicas + 1;
  constexpr double kRounding = 1e-9;
  return with_one_more * plan.cpu_request <= input.cores - plan.system_cores + kRounding &&
         with_one_more * plan.memory_limit <= input.memory - plan.system_memory;
}

void Warn(const PlanInput& input, Plan& plan) {
  if (input.cores < 1) {
    plan.warnings.push_back(
        "less than one core: a forward stands still whenever the quota is used up, and latency is "
        "that of the quota's period");
  }
  if (plan.replicas < plan.replicas_by_cpu) {
    plan.warnings.push_back(absl::StrFormat("memory is short: the cores are enough for %d replicas",
                                            plan.replicas_by_cpu));
  }
  if (plan.utilisation && *plan.utilisation > kUtilisationAim) {
    plan.warnings.push_back(absl::StrFormat(
        "%.0f texts/s are %.0f %% of the capacity: above %.0f %% calls queue, above 100 %% they "
        "are refused",
        *input.rate, 100 * *plan.utilisation, 100 * kUtilisationAim));
  }
  if (!plan.surge_fits && plan.replicas == 1) {
    plan.warnings.push_back(
        "an update stops the only replica before the next one starts, unless another node has room "
        "for it");
  }
}

}  // namespace

Plan PlanOf(const PlanInput& input) {
  Plan plan;
  PlanReplicas(input, plan);
  if (plan.replicas == 0) {
    plan.warnings.push_back(absl::StrFormat(
        "the memory is not enough for one replica in %s: it needs %.0f MB, beside %.0f MB for the "
        "system",
        NameOf(input.precision), plan.memory_limit / 1e6, plan.system_memory / 1e6));
    return plan;
  }
  PlanCapacity(input, plan);
  plan.surge_fits = SurgeFits(input, plan);
  Warn(input, plan);
  return plan;
}

}  // namespace quartet
