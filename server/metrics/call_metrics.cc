#include "metrics/call_metrics.h"

#include <algorithm>
#include <cstdlib>
#include <string>

#include "metrics/buckets.h"

namespace quartet {
namespace {

// Indexed by code.
constexpr std::array kCodeNames = {
    "OK",       "Canceled",       "Unknown",          "InvalidArgument",   "DeadlineExceeded",
    "NotFound", "AlreadyExists",  "PermissionDenied", "ResourceExhausted", "FailedPrecondition",
    "Aborted",  "OutOfRange",     "Unimplemented",    "Internal",          "Unavailable",
    "DataLoss", "Unauthenticated"};

std::string NameOf(MethodType type) {
  switch (type) {
    case MethodType::kUnary:
      return "unary";
    case MethodType::kServerStream:
      return "server_stream";
    case MethodType::kBidiStream:
      return "bidi_stream";
  }
  return "unknown";
}

prometheus::Labels LabelsOf(const MethodName& name) {
  return {{"grpc_type", NameOf(name.type)},
          {"grpc_service", std::string(name.service)},
          {"grpc_method", std::string(name.method)}};
}

}  // namespace

CallMetrics::CallMetrics(prometheus::Registry& registry, const std::vector<MethodName>& methods) {
  auto& started = prometheus::BuildCounter()
                      .Name("grpc_server_started_total")
                      .Help("Calls that arrived.")
                      .Register(registry);
  auto& handled = prometheus::BuildCounter()
                      .Name("grpc_server_handled_total")
                      .Help("Calls that ended, by the status that the client got.")
                      .Register(registry);
  auto& handling = prometheus::BuildHistogram()
                       .Name("grpc_server_handling_seconds")
                       .Help("From a call's arrival to its answer, whatever its status.")
                       .Register(registry);
  static_assert(kCodeNames.size() == kCodes);
  for (const MethodName& name : methods) {
    prometheus::Labels labels = LabelsOf(name);
    Method method = {name, &started.Add(labels), &handling.Add(labels, LatencyBuckets()), {}};
    for (std::size_t code = 0; code < kCodes; ++code) {
      labels["grpc_code"] = kCodeNames[code];
      method.handled[code] = &handled.Add(labels);
    }
    methods_.push_back(method);
  }
}

void CallMetrics::OnCallStarted(const MethodName& method) { Find(method).started->Increment(); }

void CallMetrics::OnCallHandled(const HandledCall& call) {
  Method& found = Find(call.method);
  found.handled[std::min(static_cast<std::size_t>(call.code), kCodes - 1)]->Increment();
  found.handling->Observe(ToSeconds(call.handling));
}

CallTotals CallMetrics::Totals() const {
  CallTotals totals;
  for (const Method& method : methods_) {
    totals.started += method.started->Value();
    totals.ok += method.handled[0]->Value();
  }
  return totals;
}

// A handful of methods: a walk is as quick as a table.
CallMetrics::Method& CallMetrics::Find(const MethodName& name) {
  for (Method& method : methods_) {
    if (method.name.method == name.method && method.name.service == name.service) return method;
  }
  std::abort();  // a method that the constructor was not told of: a bug, seen by the first call
}

}  // namespace quartet
