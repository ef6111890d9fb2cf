#include "http/connection_pool.h"

#include <utility>

namespace quartet {

ConnectionPool::ConnectionPool(std::size_t threads, std::function<void(int)> serve)
    : most_waiting_(threads), serve_(std::move(serve)) {
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { Run(); });
}

ConnectionPool::~ConnectionPool() {
  {
    const MutexLock lock(mutex_);
    is_closed_ = true;
    arrived_.NotifyAll();
  }
  for (std::thread& thread : threads_) thread.join();
}

void ConnectionPool::Add(int socket) {
  const MutexLock lock(mutex_);
  while (waiting_.size() >= most_waiting_) room_.Wait(mutex_);
  waiting_.push_back(socket);
  is_wanted_ = waiting_.size() > free_threads_;
  arrived_.NotifyOne();
}

// -1: there are none, and no more come.
int ConnectionPool::Take() {
  const MutexLock lock(mutex_);
  ++free_threads_;
  while (waiting_.empty() && !is_closed_) arrived_.Wait(mutex_);
  --free_threads_;
  if (waiting_.empty()) return -1;
  const int socket = waiting_.front();
  waiting_.pop_front();
  is_wanted_ = waiting_.size() > free_threads_;
  room_.NotifyOne();
  return socket;
}

void ConnectionPool::Run() {
  for (int socket = Take(); socket >= 0; socket = Take()) serve_(socket);
}

}  // namespace quartet
