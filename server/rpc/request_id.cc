#include "rpc/request_id.h"

#include <string>

#include "calls/request_id.h"

namespace quartet {

std::string_view RequestIdOf(const grpc::ServerContext& context) {
  const auto& metadata = context.client_metadata();
  const auto found = metadata.find(kRequestIdKey);
  if (found == metadata.end()) return {};
  return RequestIdOf(std::string_view(found->second.data(), found->second.size()));
}

void EchoRequestId(grpc::ServerContext& context) {
  const std::string_view id = RequestIdOf(context);
  if (!id.empty()) context.AddInitialMetadata(kRequestIdKey, std::string(id));
}

}  // namespace quartet
