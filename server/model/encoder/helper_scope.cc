#include "model/encoder/helper_scope.h"

#include <utility>

namespace quartet {
namespace {

thread_local ForwardHelper* current = nullptr;

}  // namespace

HelperScope::HelperScope(ForwardHelper* helper) : before_(std::exchange(current, helper)) {}

HelperScope::~HelperScope() { current = before_; }

ForwardHelper* HelperScope::Current() { return current; }

}  // namespace quartet
