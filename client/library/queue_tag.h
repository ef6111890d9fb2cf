// What a completion queue gives back when an operation has ended.
#ifndef QUARTET_CLIENT_LIBRARY_QUEUE_TAG_H_
#define QUARTET_CLIENT_LIBRARY_QUEUE_TAG_H_

#include <grpcpp/completion_queue.h>

namespace quartet::client {

struct QueueTag {
  virtual ~QueueTag() = default;
  // May delete this.
  virtual void OnTag() = 0;
};

// Waits for one. False: the queue is shut down and empty.
inline bool TakeTag(grpc::CompletionQueue& queue) {
  void* tag = nullptr;
  bool ok = false;
  if (!queue.Next(&tag, &ok)) return false;
  static_cast<QueueTag*>(tag)->OnTag();
  return true;
}

}  // namespace quartet::client

#endif  // QUARTET_CLIENT_LIBRARY_QUEUE_TAG_H_
