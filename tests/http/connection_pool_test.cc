#include "http/connection_pool.h"

#include <catch2/catch.hpp>
#include <set>

namespace quartet {
namespace {

TEST_CASE("every connection is served once, before the pool goes", "[http]") {
  Mutex mutex;
  std::multiset<int> served;
  std::multiset<int> added;
  {
    ConnectionPool pool(3, [&](int socket) {
      const MutexLock lock(mutex);
      served.insert(socket);
    });
    for (int socket = 0; socket < 500; ++socket) {
      pool.Add(socket);
      added.insert(socket);
    }
  }
  CHECK(served == added);
}

TEST_CASE("while all threads are busy, one that waits is wanted", "[http]") {
  Mutex mutex;
  CondVar changed;
  bool may_end = false;
  int inside = 0;
  ConnectionPool pool(1, [&](int) {
    const MutexLock lock(mutex);
    ++inside;
    changed.NotifyAll();
    while (!may_end) changed.Wait(mutex);
  });
  pool.Add(1);
  {
    const MutexLock lock(mutex);
    while (inside == 0) changed.Wait(mutex);
  }
  CHECK_FALSE(pool.IsWanted());
  pool.Add(2);
  CHECK(pool.IsWanted());
  const MutexLock lock(mutex);
  may_end = true;
  changed.NotifyAll();
  while (inside < 2) changed.Wait(mutex);
  CHECK_FALSE(pool.IsWanted());
}

}  // namespace
}  // namespace quartet
