// The texts of a stream from being read to being answered.
#ifndef QUARTET_CLIENT_LIBRARY_TEXT_QUEUE_H_
#define QUARTET_CLIENT_LIBRARY_TEXT_QUEUE_H_

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "library/client.h"

namespace quartet::client {

// Reads ahead on a thread of its own, some thousands of texts. Texts keep their numbers, from 0, so
// that another stream can send what the last one has left without an answer. Thread-safe.
class TextQueue {
 public:
  using Clock = std::chrono::steady_clock;

  explicit TextQueue(const NextText& next);
  // Waits for `next` to return, if it is being asked.
  ~TextQueue();

  // The text of this number, when it is there. nullopt: there are no more, or Interrupt was called.
  std::optional<std::string> Wait(std::size_t number);
  // The first text without an answer leaves.
  void TakeAnswered();
  // The number of the first text without an answer.
  std::size_t answered() const;
  // Since when the first of them waits, or the one before it was answered. nullopt: none is there.
  std::optional<Clock::time_point> waits_since() const;

  // Who waits goes; and may wait again after Resume.
  void Interrupt();
  void Resume();

 private:
  static constexpr std::size_t kAhead = 4096;

  void Read(const NextText& next);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::string> texts_;  // without an answer
  std::size_t answered_ = 0;
  Clock::time_point waits_since_;
  bool ended_ = false;
  bool interrupted_ = false;
  bool stopped_ = false;
  std::thread reader_;  // last: it uses what is above
};

}  // namespace quartet::client

#endif  // QUARTET_CLIENT_LIBRARY_TEXT_QUEUE_H_
