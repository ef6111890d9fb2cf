// What a handler is told of a call beside its request.
#ifndef QUARTET_RPC_CALL_FACTS_H_
#define QUARTET_RPC_CALL_FACTS_H_

#include <grpcpp/grpcpp.h>

#include "core/clock.h"
#include "core/request.h"
#include "rpc/call_deadline.h"

namespace quartet {

struct CallFacts {
  TimePoint deadline = kInfiniteFuture;  // kInfiniteFuture when the client set none
  ClientId client = 0;                   // AdmittedCall
  StreamId stream = 0;
};

inline CallFacts FactsOf(const grpc::ServerContext& context, const Clock& clock, ClientId client) {
  return {.deadline = DeadlineOf(context, clock), .client = client};
}

}  // namespace quartet

#endif  // QUARTET_RPC_CALL_FACTS_H_
