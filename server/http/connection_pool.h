// The threads that serve connections, one each at a time.
#ifndef QUARTET_HTTP_CONNECTION_POOL_H_
#define QUARTET_HTTP_CONNECTION_POOL_H_

#include <atomic>
#include <cstddef>
#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "core/mutex.h"
#include "core/thread_annotations.h"

namespace quartet {

// Thread-safe.
class ConnectionPool {
 public:
  // `serve` gets each connection's socket, on one of `threads` threads, and is its owner.
  ConnectionPool(std::size_t threads, std::function<void(int socket)> serve);
  // Serves those that wait, then joins the threads.
  ~ConnectionPool();

  // Blocks while as many wait for a thread as there are threads: more stay with the kernel, which
  // has a bound of its own.
  void Add(int socket) QUARTET_EXCLUDES(mutex_);

  // A connection waits and no thread is free: idle ones should end.
  bool IsWanted() const { return is_wanted_; }

 private:
  void Run() QUARTET_EXCLUDES(mutex_);
  int Take() QUARTET_EXCLUDES(mutex_);

  const std::size_t most_waiting_;
  const std::function<void(int)> serve_;
  std::atomic<bool> is_wanted_ = false;
  Mutex mutex_;
  CondVar arrived_;
  CondVar room_;
  std::deque<int> waiting_ QUARTET_GUARDED_BY(mutex_);
  std::size_t free_threads_ QUARTET_GUARDED_BY(mutex_) = 0;
  bool is_closed_ QUARTET_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace quartet

#endif  // QUARTET_HTTP_CONNECTION_POOL_H_
