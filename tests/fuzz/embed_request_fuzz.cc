// The walk over a request's bytes agrees with protobuf's own parser, and keeps its limits.
#include <google/protobuf/stubs/logging.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "calls/utf8.h"
#include "check.h"
#include "rpc/request_parser.h"

namespace quartet {
namespace {

constexpr RequestLimits kLimits = {.max_texts = 8, .max_text_bytes = 64};

bool KeepsLimits(const v1::EmbedRequest& request) {
  if (request.texts().empty()) return false;
  if (static_cast<std::size_t>(request.texts_size()) > kLimits.max_texts) return false;
  for (const std::string& text : request.texts()) {
    if (text.empty() || text.size() > kLimits.max_text_bytes) return false;
    if (FirstInvalidUtf8(text)) return false;
  }
  return true;
}

void FuzzOne(const std::string& bytes) {
  v1::EmbedRequest reference;
  const bool readable = reference.ParseFromString(bytes);
  const absl::StatusOr<v1::EmbedRequest> request = ParseEmbedRequest(bytes, kLimits);
  Check(request.ok() == (readable && KeepsLimits(reference)), "it takes what protobuf can read");
  if (!request.ok()) {
    Check(request.status().code() == absl::StatusCode::kInvalidArgument, "the caller's mistake");
    Check(!request.status().message().empty(), "it says why");
    return;
  }
  Check(request->SerializeAsString() == reference.SerializeAsString(), "the same message");
}

}  // namespace
}  // namespace quartet

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const google::protobuf::LogSilencer silencer;  // a line for each text that is not UTF-8
  quartet::FuzzOne({reinterpret_cast<const char*>(data), size});
  return 0;
}
