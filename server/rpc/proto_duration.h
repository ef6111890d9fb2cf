#ifndef QUARTET_RPC_PROTO_DURATION_H_
#define QUARTET_RPC_PROTO_DURATION_H_

#include <google/protobuf/duration.pb.h>

#include <chrono>
#include <cstdint>

#include "core/clock.h"

namespace quartet {

inline google::protobuf::Duration ToProtoDuration(Duration duration) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration);
  google::protobuf::Duration proto;
  proto.set_seconds(seconds.count());
  proto.set_nanos(static_cast<std::int32_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(duration - seconds).count()));
  return proto;
}

inline Duration FromProtoDuration(const google::protobuf::Duration& proto) {
  return std::chrono::seconds(proto.seconds()) + std::chrono::nanoseconds(proto.nanos());
}

}  // namespace quartet

#endif  // QUARTET_RPC_PROTO_DURATION_H_
