#include <cmath>
#include <nlohmann/json.hpp>

#include "operator/report/report.h"

namespace quartet {
namespace {

using nlohmann::ordered_json;

// JSON has no infinity.
ordered_json Limit(double limit) {
  return std::isinf(limit) ? ordered_json(nullptr) : ordered_json(limit);
}

ordered_json Known(const std::optional<double>& value) {
  return value ? ordered_json(*value) : ordered_json(nullptr);
}

ordered_json IdentityJson(const Identity& server) {
  return {{"version", server.version},
          {"model", server.model},
          {"revision", server.revision},
          {"fingerprint", server.fingerprint},
          {"precision", server.precision},
          {"tokenizer", server.tokenizer},
          {"start_time_seconds", server.start_time},
          {"uptime_seconds", server.uptime},
          {"startup_seconds", server.startup}};
}

ordered_json ResourcesJson(const Resources& used) {
  return {{"memory_working_set_bytes", used.working_set},
          {"memory_limit_bytes", Limit(used.memory_limit)},
          {"resident_bytes", used.resident},
          {"heap_kept_bytes", used.heap_kept},
          {"cpu_cores", used.cores},
          {"cpu_limit_cores", Limit(used.cpu_limit)},
          {"throttled_ratio", Known(used.throttled)},
          {"descriptors", used.descriptors},
          {"descriptor_limit", Limit(used.descriptor_limit)},
          {"threads", used.threads},
          {"pressure_seconds", used.pressure},
          {"memory_events", used.memory_events}};
}

ordered_json TrafficJson(const Traffic& traffic) {
  return {{"seconds", traffic.seconds},
          {"calls", traffic.calls},
          {"texts", traffic.texts},
          {"tokens", traffic.tokens},
          {"tokens_per_text", traffic.TokensPerText()},
          {"truncated_texts", traffic.truncated},
          {"forwards", traffic.forwards},
          {"texts_per_forward", traffic.MeanBatch()},
          {"refused_calls", traffic.refusals},
          {"cancelled_texts", traffic.cancelled},
          {"expired_texts", traffic.expired},
          {"failed_forwards", traffic.failed_forwards},
          {"latency_seconds",
           {{"p50", Known(traffic.latency_p50)},
            {"p95", Known(traffic.latency_p95)},
            {"p99", Known(traffic.latency_p99)}}},
          {"tokenize_p95_seconds", Known(traffic.tokenize_p95)},
          {"queue_p95_seconds", Known(traffic.queue_p95)},
          {"inference_p95_seconds", Known(traffic.inference_p95)}};
}

}  // namespace

std::string ReportAsJson(const Report& report, const std::string& address) {
  ordered_json json = {{"address", address},
                       {"status", NameOf(Worst(report.findings))},
                       {"restarted", report.restarted},
                       {"server", IdentityJson(report.identity)},
                       {"resources", ResourcesJson(report.resources)},
                       {"since_start", TrafficJson(report.since_start)},
                       {"interval", TrafficJson(report.interval)},
                       {"findings", ordered_json::array()},
                       {"advice", report.advice}};
  for (const Finding& finding : report.findings) {
    json["findings"].push_back({{"severity", NameOf(finding.severity)},
                                {"subject", finding.subject},
                                {"text", finding.text}});
  }
  return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace quartet
