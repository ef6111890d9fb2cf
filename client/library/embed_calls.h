// A list of texts as several calls, some of them under way at a time.
#ifndef QUARTET_CLIENT_LIBRARY_EMBED_CALLS_H_
#define QUARTET_CLIENT_LIBRARY_EMBED_CALLS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "library/client.h"
#include "quartet/v1/embedding.grpc.pb.h"

namespace quartet::client {

// Waits for all. `texts` is not empty; `options` have been checked.
absl::StatusOr<Embedded> EmbedInCalls(v1::EmbeddingService::Stub& stub,
                                      const ClientOptions& options,
                                      const std::vector<std::string>& texts,
                                      const EmbedOptions& wanted);

}  // namespace quartet::client

#endif  // QUARTET_CLIENT_LIBRARY_EMBED_CALLS_H_
