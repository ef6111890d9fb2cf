// What the completion queue gives back when an operation of gRPC has ended.
#ifndef QUARTET_RPC_COMPLETION_TAG_H_
#define QUARTET_RPC_COMPLETION_TAG_H_

#include "rpc/hand_over.h"

namespace quartet {

class CompletionTag {
 public:
  // On the poll thread. What `ok` means depends on the operation: see where the tag is used.
  virtual void OnCompletion(bool ok) = 0;

  // What gRPC is given when an operation starts, and gives back: the thread that gets it sees what
  // this one did before.
  void* Give() {
    GiveOver(this);
    return this;
  }
  static CompletionTag& Take(void* given) {
    TakeOver(given);
    return *static_cast<CompletionTag*>(given);
  }

 protected:
  ~CompletionTag() = default;
};

// A tag that calls one method of its owner. One member for each kind of event, instead of one tag
// and a state machine: events of one call arrive in any order.
template <class Owner, void (Owner::*kMethod)(bool)>
class MemberTag final : public CompletionTag {
 public:
  explicit MemberTag(Owner* owner) : owner_(owner) {}
  void OnCompletion(bool ok) override { (owner_->*kMethod)(ok); }

 private:
  Owner* const owner_;
};

}  // namespace quartet

#endif  // QUARTET_RPC_COMPLETION_TAG_H_
