#include "operator/logs/lives.h"

namespace quartet {

void Lives::Start(State state) {
  if (state_ == State::kEnded) ++clean_restarts_;
  if (state_ == State::kStarting || state_ == State::kRunning) ++unclean_restarts_;
  state_ = state;
}

void Lives::Add(const std::string& event) {
  if (event == "starting") {
    Start(State::kStarting);
  } else if (event == "ready") {
    // A log may begin after `starting`.
    if (state_ != State::kStarting) Start(State::kRunning);
    state_ = State::kRunning;
  } else if (event == "start failed") {
    // A setting can be wrong before anything is logged.
    if (state_ != State::kStarting) Start(State::kStarting);
    state_ = State::kEnded;
  } else if (event == "stopped" || event == "stopped without waiting") {
    state_ = State::kEnded;
  } else if (event == "draining") {
    state_ = State::kRunning;
  }
}

}  // namespace quartet
