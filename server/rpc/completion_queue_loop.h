// One completion queue and the thread that polls it.
#ifndef QUARTET_RPC_COMPLETION_QUEUE_LOOP_H_
#define QUARTET_RPC_COMPLETION_QUEUE_LOOP_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <thread>

namespace quartet {

class CompletionQueueLoop {
 public:
  explicit CompletionQueueLoop(std::unique_ptr<grpc::ServerCompletionQueue> queue);
  // Shuts the queue, drains it and joins. The server must have been shut down before, and no call
  // may still start an operation: gRPC aborts the process if one does (grpc_cq_begin_op).
  ~CompletionQueueLoop();

  grpc::ServerCompletionQueue* queue() { return queue_.get(); }

 private:
  void Run();

  const std::unique_ptr<grpc::ServerCompletionQueue> queue_;
  std::thread thread_;  // last: it uses the queue
};

}  // namespace quartet

#endif  // QUARTET_RPC_COMPLETION_QUEUE_LOOP_H_
