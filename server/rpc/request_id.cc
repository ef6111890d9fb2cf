#include "rpc/request_id.h"

#include <algorithm>
#include <string>

namespace quartet {
namespace {

constexpr const char* kKey = "x-request-id";
constexpr std::size_t kMostBytes = 128;

}  // namespace

std::string_view RequestIdOf(const grpc::ServerContext& context) {
  const auto& metadata = context.client_metadata();
  const auto found = metadata.find(kKey);
  if (found == metadata.end()) return {};
  const std::string_view id(found->second.data(), found->second.size());
  const bool is_visible =
      std::all_of(id.begin(), id.end(), [](char c) { return c > ' ' && c <= '~'; });
  return is_visible && id.size() <= kMostBytes ? id : std::string_view();
}

void EchoRequestId(grpc::ServerContext& context) {
  const std::string_view id = RequestIdOf(context);
  if (!id.empty()) context.AddInitialMetadata(kKey, std::string(id));
}

}  // namespace quartet
