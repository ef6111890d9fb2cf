#include "rpc/library_log.h"

#include <google/protobuf/stubs/logging.h>
#include <grpc/support/log.h>

#include <atomic>

namespace quartet {
namespace {

using Sink = void (*)(const std::string& message);

// Neither library passes a context pointer to its handler.
std::atomic<Sink> the_sink = nullptr;

std::atomic<std::uint64_t> the_failed_handshakes = 0;

void OnGrpcLog(gpr_log_func_args* line) {
  const std::string message = line->message;
  if (message.starts_with("Handshake failed")) ++the_failed_handshakes;
  the_sink.load()(message);
}

void OnProtobufLog(google::protobuf::LogLevel /*level*/, const char* /*file*/, int /*line*/,
                   const std::string& message) {
  the_sink.load()(message);
}

}  // namespace

void RedirectLibraryLogs(Sink sink) {
  the_sink = sink;
  gpr_set_log_function(&OnGrpcLog);
  google::protobuf::SetLogHandler(&OnProtobufLog);
}

std::uint64_t FailedHandshakes() { return the_failed_handshakes; }

}  // namespace quartet
