#include "operator/report/advice.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_format.h"
#include "operator/findings.h"
#include "operator/plan/cost_model.h"

namespace quartet {
namespace {

using Advice = std::vector<std::string>;

double Megabytes(double bytes) { return bytes / 1e6; }

void OnMemory(const std::string& precision, const Resources& used, Advice& advice) {
  const double usual = MemoryLimit(PrecisionOf(precision).value_or(Precision::kInt8));
  const double enough = std::max(usual, used.worst_working_set / kMemory.warning);
  if (std::isinf(used.memory_limit)) {
    advice.push_back(absl::StrFormat(
        "No memory limit is set: %.0f MB is enough, and below it the server refuses "
        "calls before the kernel kills it.",
        Megabytes(enough)));
  } else if (used.memory_limit < enough) {
    advice.push_back(absl::StrFormat(
        "The memory limit of %.0f MB is too small: %.0f MB leaves room for the hardest load.",
        Megabytes(used.memory_limit), Megabytes(enough)));
  } else if (used.memory_limit > kFarTooLarge * enough) {
    advice.push_back(absl::StrFormat(
        "The memory limit of %.0f MB is far too large: %.0f MB is enough. Use the rest for "
        "replicas.",
        Megabytes(used.memory_limit), Megabytes(enough)));
  }
  const auto kills = used.memory_events.find("oom_kill");
  if (kills != used.memory_events.end() && kills->second > 0) {
    advice.push_back(absl::StrFormat(
        "The kernel has killed %.0f times in this control group for want of memory: raise its "
        "limit, or see what else runs in it.",
        kills->second));
  }
}

void OnCpu(const Resources& used, Advice& advice) {
  const double limit = used.cpu_limit;
  if (limit < kLeastCores) {
    advice.push_back(absl::StrFormat(
        "The CPU limit of %.2f is below one core: every forward is stopped when it is used up. "
        "Give at least 1.",
        limit));
  } else if (limit < 2 && limit != std::floor(limit)) {
    advice.push_back(absl::StrFormat(
        "The CPU limit of %.2f is rounded down to one compute thread: give 1 or 2.", limit));
  } else if (limit > kMostCores && !std::isinf(limit)) {
    advice.push_back(absl::StrFormat(
        "Of a CPU limit of %.2f the server can't use more than %.1f: at most two threads compute. "
        "Run more replicas instead.",
        limit, kMostCores));
  }
  if (used.throttled && *used.throttled > kThrottled.warning) {
    advice.push_back(absl::StrFormat(
        "It is throttled in %.0f %% of the periods: raise the CPU limit to whole cores, or set "
        "none and only a request.",
        100 * *used.throttled));
  }
}

void OnQueue(const Traffic& traffic, Advice& advice) {
  const double queue = traffic.queue_p95.value_or(0);
  if (queue < kLongQueue) return;
  if (traffic.MeanBatch() >= kFullBatch) {
    advice.push_back(
        absl::StrFormat("Its capacity is reached: forwards are full (%.1f texts of 4) and texts "
                        "wait (p95 %.0f ms). "
                        "Add a replica.",
                        traffic.MeanBatch(), queue * 1e3));
  } else if (queue > traffic.inference_p95.value_or(0)) {
    advice.push_back(
        absl::StrFormat("Texts wait longer (p95 %.0f ms) than they are computed (p95 %.0f ms): add "
                        "a replica, or split calls of very many texts.",
                        queue * 1e3, traffic.inference_p95.value_or(0) * 1e3));
  }
}

void OnRefusals(const Traffic& traffic, Advice& advice) {
  struct Rule {
    const char* reason;
    const char* text;
  };
  constexpr Rule kRules[] = {
      {"queue_full", "more than a second of work waits. Add a replica"},
      {"client_share",
       "one client dominates. Let it call less at once, or balance over more replicas"},
      {"client_calls",
       "clients have more calls inside than --max-client-calls. Let them call less at once"},
      {"deadline",
       "clients give less time than a call takes here. Raise their deadlines, or add a replica"},
      {"memory", "memory is short. Raise the limit, or see QuartetMemoryCritical in the runbook"},
  };
  for (const auto& [reason, text] : kRules) {
    const double part = traffic.Refused(reason) / traffic.all_calls;
    if (part <= kFewRefusals) continue;
    advice.push_back(
        absl::StrFormat("%.0f %% of the calls are refused (%s): %s.", 100 * part, reason, text));
  }
}

void OnTexts(const Traffic& traffic, Advice& advice) {
  if (traffic.truncated > kManyTruncated * traffic.texts) {
    advice.push_back(absl::StrFormat(
        "%.0f %% of the texts are longer than the model takes, and cut: split them, or use a model "
        "of longer texts.",
        100 * traffic.truncated / traffic.texts));
  }
  const double given_up = traffic.cancelled + traffic.expired;
  if (given_up > kManyGivenUp * traffic.texts) {
    advice.push_back(absl::StrFormat(
        "Clients have given up %.0f texts that were accepted: raise their deadlines, or add a "
        "replica.",
        given_up));
  }
}

}  // namespace

std::vector<std::string> AdviceOf(const std::string& precision, const Resources& resources,
                                  const Traffic& traffic) {
  Advice advice;
  OnMemory(precision, resources, advice);
  OnCpu(resources, advice);
  if (traffic.failed_forwards > 0) {
    advice.push_back(
        absl::StrFormat("%.0f forwards have failed: see QuartetForwardsFail in the runbook.",
                        traffic.failed_forwards));
  }
  if (traffic.all_calls < kEnoughCalls) return advice;
  OnQueue(traffic, advice);
  OnRefusals(traffic, advice);
  OnTexts(traffic, advice);
  return advice;
}

}  // namespace quartet
