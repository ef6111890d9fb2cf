#include "rpc/completion_queue_loop.h"

#include <utility>

#include "rpc/completion_tag.h"

namespace quartet {

CompletionQueueLoop::CompletionQueueLoop(std::unique_ptr<grpc::ServerCompletionQueue> queue)
    : queue_(std::move(queue)), thread_([this] { Run(); }) {}

CompletionQueueLoop::~CompletionQueueLoop() {
  queue_->Shutdown();
  thread_.join();
}

void CompletionQueueLoop::Run() {
  void* tag = nullptr;
  bool ok = false;
  while (queue_->Next(&tag, &ok)) CompletionTag::Take(tag).OnCompletion(ok);
}

}  // namespace quartet
