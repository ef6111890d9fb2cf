// Any number of texts on a stream that may be resumed.
#ifndef QUARTET_CLIENT_LIBRARY_EMBED_STREAM_H_
#define QUARTET_CLIENT_LIBRARY_EMBED_STREAM_H_

#include "absl/status/status.h"
#include "library/client.h"
#include "quartet/v1/embedding.grpc.pb.h"

namespace quartet::client {

// Client::EmbedStream.
absl::Status EmbedOnStream(v1::EmbeddingService::Stub& stub, const ClientOptions& options,
                           const NextText& next, const TakeVector& take,
                           const EmbedOptions& wanted);

}  // namespace quartet::client

#endif  // QUARTET_CLIENT_LIBRARY_EMBED_STREAM_H_
