// How often a server started and how each life ended, from the events of its log.
#ifndef QUARTET_CLIENT_OPERATOR_LOGS_LIVES_H_
#define QUARTET_CLIENT_OPERATOR_LOGS_LIVES_H_

#include <cstdint>
#include <string>

namespace quartet {

// Of one server: lines of several in one stream look like restarts.
class Lives {
 public:
  // In their order; events that say nothing about it are ignored.
  void Add(const std::string& event);

  // Starts after the first life that the log shows. Clean: the one before had said that it ended
  // (`stopped`, `stopped without waiting`, `start failed`). Unclean: it was killed or crashed.
  std::uint64_t clean_restarts() const { return clean_restarts_; }
  std::uint64_t unclean_restarts() const { return unclean_restarts_; }

 private:
  enum class State { kUnseen, kStarting, kRunning, kEnded };

  void Start(State state);

  State state_ = State::kUnseen;
  std::uint64_t clean_restarts_ = 0;
  std::uint64_t unclean_restarts_ = 0;
};

}  // namespace quartet

#endif  // QUARTET_CLIENT_OPERATOR_LOGS_LIVES_H_
