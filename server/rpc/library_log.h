// Where gRPC's and protobuf's own log lines go.
#ifndef QUARTET_RPC_LIBRARY_LOG_H_
#define QUARTET_RPC_LIBRARY_LOG_H_

#include <cstdint>
#include <string>

namespace quartet {

// Both write to standard error a line for each bad request: a peer could fill a disk with it.
// Afterwards they call `sink`, from any thread. Process-wide, once.
void RedirectLibraryLogs(void (*sink)(const std::string& message));

// TLS handshakes that failed since then: gRPC 1.51 tells them nowhere but in its log. A peer that
// goes away, or is silent until the time is up, is not among them.
std::uint64_t FailedHandshakes();

}  // namespace quartet

#endif  // QUARTET_RPC_LIBRARY_LOG_H_
