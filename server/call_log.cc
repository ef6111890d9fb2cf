#include "call_log.h"

#include <chrono>
#include <utility>

namespace quartet {
namespace {

bool IsOurFault(absl::StatusCode code) {
  return code == absl::StatusCode::kInternal || code == absl::StatusCode::kUnknown ||
         code == absl::StatusCode::kDataLoss;
}

}  // namespace

std::optional<CallLogLine> LineOf(const HandledCall& call, Duration slow) {
  const bool failed = IsOurFault(call.code);
  if (!failed && (call.handling <= slow || call.method.type != MethodType::kUnary)) {
    return std::nullopt;
  }
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(call.handling);
  LogFields fields = {{"method", std::string(call.method.method)},
                      {"code", absl::StatusCodeToString(call.code)},
                      {"milliseconds", std::to_string(milliseconds.count())}};
  if (!call.request_id.empty()) fields.emplace_back("request_id", call.request_id);
  fields.insert(fields.end(), call.notes.begin(), call.notes.end());
  return CallLogLine{failed ? LogLevel::kError : LogLevel::kWarning,
                     failed ? "call failed" : "slow call", std::move(fields)};
}

void CallLog::OnCallHandled(const HandledCall& call) {
  next_.OnCallHandled(call);
  std::optional<CallLogLine> line = LineOf(call, slow_);
  if (!line) return;
  const MutexLock lock(mutex_);
  if (lines_.size() < kMostLines) {
    lines_.push_back(*std::move(line));
  } else {
    ++left_out_;
  }
}

std::vector<CallLogLine> CallLog::Take() {
  const MutexLock lock(mutex_);
  std::vector<CallLogLine> lines = std::exchange(lines_, {});
  const std::size_t left_out = std::exchange(left_out_, 0);
  if (left_out > 0) {
    lines.push_back({LogLevel::kWarning, "more such calls", {{"count", std::to_string(left_out)}}});
  }
  return lines;
}

}  // namespace quartet
