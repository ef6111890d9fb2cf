// The one place where our errors become gRPC's.
#ifndef QUARTET_RPC_STATUS_MAPPING_H_
#define QUARTET_RPC_STATUS_MAPPING_H_

#include <grpcpp/grpcpp.h>

#include "absl/status/status.h"

namespace quartet {

// Same code and message. Field and retry advice (core/error_detail.h) become google.rpc.BadRequest
// and google.rpc.RetryInfo in the status' details.
grpc::Status ToGrpcStatus(const absl::Status& status);

// Sets the trailer grpc-retry-pushback-ms (gRFC A6), which tells retrying clients when to come
// back, if the status carries that advice. Before the call is finished.
void AddRetryPushback(const absl::Status& status, grpc::ServerContext& context);

}  // namespace quartet

#endif  // QUARTET_RPC_STATUS_MAPPING_H_
