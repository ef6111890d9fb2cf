// The one place where our errors become gRPC's.
#ifndef QUARTET_RPC_STATUS_MAPPING_H_
#define QUARTET_RPC_STATUS_MAPPING_H_

#include <grpcpp/grpcpp.h>

#include "absl/status/status.h"
#include "google/rpc/status.pb.h"

namespace quartet {

// Same code and message. Field and retry advice (core/error_detail.h) become google.rpc.BadRequest
// and google.rpc.RetryInfo in its details.
google::rpc::Status ToRpcStatus(const absl::Status& status);

// The same as the status of a call; without details, if there are none.
grpc::Status ToGrpcStatus(const absl::Status& status);

// Sets the trailer grpc-retry-pushback-ms (gRFC A6), which tells retrying clients when to come
// back, if the status carries that advice. Before the call is finished.
void AddRetryPushback(const absl::Status& status, grpc::ServerContext& context);

}  // namespace quartet

#endif  // QUARTET_RPC_STATUS_MAPPING_H_
