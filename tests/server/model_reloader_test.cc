#include "model_reloader.h"

#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/mutex.h"
#include "fakes/fake_served_model.h"

namespace quartet {
namespace {

using Events = std::vector<std::string>;

// A service that has a model, and a file that the test holds in its hand.
class ReloadFixture {
 protected:
  // What the next load finds. Until Release it does not end, after Hold.
  void SetFile(absl::StatusOr<ServedModelPtr> file) {
    const MutexLock lock(mutex_);
    file_ = std::move(file);
  }
  void Hold() {
    const MutexLock lock(mutex_);
    held_ = true;
  }
  void Release() {
    const MutexLock lock(mutex_);
    held_ = false;
    changed_.NotifyAll();
  }
  ServedModelPtr Served() {
    const MutexLock lock(mutex_);
    return served_;
  }
  Events WaitForEvents(std::size_t count) {
    const MutexLock lock(mutex_);
    while (events_.size() < count) changed_.Wait(mutex_);
    return events_;
  }
  void Stop() { reloader_.reset(); }

 private:
  absl::StatusOr<ServedModelPtr> Load() {
    const MutexLock lock(mutex_);
    Tell("load");
    while (held_) changed_.Wait(mutex_);
    return file_;
  }
  ServedModelPtr Swap(ServedModelPtr next) {
    const MutexLock lock(mutex_);
    Tell("swap " + next->info.fingerprint);
    return std::exchange(served_, std::move(next));
  }
  void Free(const ServedModelPtr& old) {
    const MutexLock lock(mutex_);
    CHECK(old.use_count() == 1);
    Tell("free " + old->info.fingerprint);
  }
  void TellLocked(const std::string& event) {
    const MutexLock lock(mutex_);
    Tell(event);
  }
  void Tell(const std::string& event) QUARTET_REQUIRES(mutex_) {
    events_.push_back(event);
    changed_.NotifyAll();
  }

  Mutex mutex_;
  CondVar changed_;
  absl::StatusOr<ServedModelPtr> file_ QUARTET_GUARDED_BY(mutex_) = nullptr;
  bool held_ QUARTET_GUARDED_BY(mutex_) = false;
  ServedModelPtr served_ QUARTET_GUARDED_BY(mutex_) = FakeServedModel("old").served;
  Events events_ QUARTET_GUARDED_BY(mutex_);

 protected:
  std::unique_ptr<ModelReloader> reloader_ = std::make_unique<ModelReloader>(
      ModelReloader::Steps{.load = [this] { return Load(); },
                           .swap = [this](ServedModelPtr next) { return Swap(std::move(next)); },
                           .free = [this](const ServedModelPtr& old) { Free(old); },
                           .unchanged = [this] { TellLocked("unchanged"); },
                           .refused =
                               [this](const absl::Status& reason) {
                                 TellLocked("refused " + std::string(reason.message()));
                               }});
};

TEST_CASE_METHOD(ReloadFixture, "a new model is served, and the old one freed", "[server]") {
  SetFile(FakeServedModel("new").served);
  reloader_->Request();
  CHECK(WaitForEvents(3) == Events{"load", "swap new", "free old"});
  CHECK(Served()->info.fingerprint == "new");
}

TEST_CASE_METHOD(ReloadFixture, "a model that is refused, or the same, changes nothing",
                 "[server]") {
  reloader_->Request();
  CHECK(WaitForEvents(2) == Events{"load", "unchanged"});
  SetFile(absl::InternalError("broken"));
  reloader_->Request();
  CHECK(WaitForEvents(4) == Events{"load", "unchanged", "load", "refused broken"});
  CHECK(Served()->info.fingerprint == "old");
}

TEST_CASE_METHOD(ReloadFixture, "while a call holds the old model no third one is loaded",
                 "[server]") {
  ServedModelPtr call = Served();
  SetFile(FakeServedModel("new").served);
  reloader_->Request();
  WaitForEvents(2);
  SetFile(FakeServedModel("newest").served);
  reloader_->Request();
  CHECK(WaitForEvents(2) == Events{"load", "swap new"});
  CHECK(call.use_count() == 2);
  call.reset();
  CHECK(WaitForEvents(6) ==
        Events{"load", "swap new", "free old", "load", "swap newest", "free new"});
}

TEST_CASE_METHOD(ReloadFixture, "requests that come during a load are one more", "[server]") {
  Hold();
  reloader_->Request();
  WaitForEvents(1);
  for (int i = 0; i < 3; ++i) reloader_->Request();
  Release();
  CHECK(WaitForEvents(4) == Events{"load", "unchanged", "load", "unchanged"});
  Stop();
  CHECK(WaitForEvents(4).size() == 4);
}

TEST_CASE_METHOD(ReloadFixture, "a stop waits for no call that holds the old model", "[server]") {
  const ServedModelPtr call = Served();
  SetFile(FakeServedModel("new").served);
  reloader_->Request();
  WaitForEvents(2);
  Stop();
  CHECK(WaitForEvents(2) == Events{"load", "swap new"});
  CHECK(call->info.fingerprint == "old");
}

}  // namespace
}  // namespace quartet
