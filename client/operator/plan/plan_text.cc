#include "operator/plan/plan_text.h"

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "operator/plan/quantity.h"

namespace quartet {
namespace {

std::string Line(const char* label, const std::string& text) {
  return absl::StrFormat("%-11s%s\n", label, text);
}

std::string Count(double number, const char* noun) {
  return absl::StrFormat("%.0f %s%s", number, noun, number == 1 ? "" : "s");
}

// "int8, texts of 16 tokens, one a call".
std::string Work(const PlanInput& input) {
  return absl::StrCat(
      NameOf(input.precision), ", texts of ", absl::StrFormat("%.0f", input.tokens_per_text),
      " tokens, ",
      input.texts_per_call == 1 ? "one" : absl::StrFormat("%.0f", input.texts_per_call), " a call");
}

std::string RateText(const PlanInput& input, const Plan& plan) {
  return absl::StrFormat("%.0f texts/s: %.0f %% of the capacity; to stay below %.0f %%: %s",
                         *input.rate, 100 * *plan.utilisation, 100 * kUtilisationAim,
                         Count(*plan.replicas_for_rate, "replica"));
}

std::string UpdateText(const Plan& plan) {
  return plan.surge_fits ? "room for one replica more: maxSurge 1, maxUnavailable 0"
                         : "no room for one replica more: maxSurge 0, maxUnavailable 1";
}

}  // namespace

std::string PlanAsText(const PlanInput& input, const Plan& plan, const std::string& source) {
  std::string text;
  text += Line("machine",
               absl::StrFormat("%.4g cores, %.4g GB; %.4g cores and %.4g GB of them for the system",
                               input.cores, input.memory / 1e9, plan.system_cores,
                               plan.system_memory / 1e9));
  text += Line("replica",
               absl::StrFormat("%s; CPU request %s, no limit; memory request and limit %s",
                               Count(plan.threads, "compute thread"), CpuQuantity(plan.cpu_request),
                               MemoryQuantity(plan.memory_limit)));
  text += Line("replicas",
               absl::StrFormat("%d: the CPU is enough for %d, the memory for %d", plan.replicas,
                               plan.replicas_by_cpu, plan.replicas_by_memory));
  text += Line("capacity", absl::StrFormat("%.0f texts/s a replica, %.0f in all: %s",
                                           plan.replica_capacity, plan.capacity, Work(input)));
  if (input.rate) text += Line("rate", RateText(input, plan));
  text += Line("update", UpdateText(plan));
  text += Line("source", source);
  for (const std::string& warning : plan.warnings) text += Line("warning", warning);
  return text;
}

std::string PlanAsJson(const PlanInput& input, const Plan& plan, const std::string& source) {
  nlohmann::ordered_json json = {
      {"cores", input.cores},
      {"memory_bytes", input.memory},
      {"precision", NameOf(input.precision)},
      {"tokens_per_text", input.tokens_per_text},
      {"texts_per_call", input.texts_per_call},
      {"compute_threads", plan.threads},
      {"cpu_request_cores", plan.cpu_request},
      {"memory_limit_bytes", plan.memory_limit},
      {"replicas_by_cpu", plan.replicas_by_cpu},
      {"replicas_by_memory", plan.replicas_by_memory},
      {"replicas", plan.replicas},
      {"texts_per_second_of_a_replica", plan.replica_capacity},
      {"texts_per_second", plan.capacity},
      {"surge_fits", plan.surge_fits},
      {"source", source},
      {"warnings", plan.warnings},
  };
  if (input.rate) {
    json["rate"] = *input.rate;
    json["utilisation"] = *plan.utilisation;
    json["replicas_for_rate"] = *plan.replicas_for_rate;
  }
  return json.dump() + "\n";
}

std::string PlanAsKubernetes(const PlanInput& input, const Plan& plan, const std::string& source) {
  std::string text = absl::StrFormat("# %.0f texts/s a replica: %s; %s.\n", plan.replica_capacity,
                                     Work(input), source);
  for (const std::string& warning : plan.warnings) absl::StrAppend(&text, "# ", warning, ".\n");
  absl::StrAppend(&text, "spec:\n  replicas: ", plan.replicas, "\n  strategy:\n",
                  "    rollingUpdate:\n      maxSurge: ", plan.surge_fits ? 1 : 0,
                  "\n      maxUnavailable: ", plan.surge_fits ? 0 : 1,
                  "\n  template:\n    spec:\n      containers:\n        - name: quartet\n",
                  "          args: [\"--intra-op-threads=", plan.threads,
                  "\", \"--lame-duck=5s\"]\n", "          resources:\n            requests: {cpu: ",
                  CpuQuantity(plan.cpu_request), ", memory: ", MemoryQuantity(plan.memory_limit),
                  "}\n            # No CPU limit: one that is used up stops all threads.\n",
                  "            limits: {memory: ", MemoryQuantity(plan.memory_limit), "}\n");
  return text;
}

}  // namespace quartet
