// Where gRPC's and protobuf's own log lines go.
#ifndef QUARTET_RPC_LIBRARY_LOG_H_
#define QUARTET_RPC_LIBRARY_LOG_H_

#include <string>

namespace quartet {

// Both write to standard error a line for each bad request: a peer could fill a disk with it.
// Afterwards they call `sink`, from any thread. Process-wide, once.
void RedirectLibraryLogs(void (*sink)(const std::string& message));

}  // namespace quartet

#endif  // QUARTET_RPC_LIBRARY_LOG_H_
