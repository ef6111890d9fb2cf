#include "rpc/stream_flow.h"

namespace quartet {
namespace {

bool MayFinish(const StreamState& state) {
  if (state.client_gone || state.fails) return true;
  return state.items == 0 && !state.submitting && (state.stopped || IsComplete(state));
}

bool MayRead(const StreamState& state, const StreamLimits& limits) {
  return !state.reading && !state.holds_text && !state.half_closed && !state.stopped &&
         state.items < limits.items && state.bytes < limits.bytes;
}

}  // namespace

StreamStep NextStep(const StreamState& state, const StreamLimits& limits) {
  if (!state.arrived || state.finishing) return StreamStep::kNone;
  if (!state.writing) {
    if (MayFinish(state)) return StreamStep::kFinish;
    if (state.first_is_answered) return StreamStep::kWrite;
  }
  if (state.client_gone) return StreamStep::kNone;
  if (state.holds_text && !state.submitting && !state.waits_for_room && !state.stopped) {
    return StreamStep::kSubmit;
  }
  return MayRead(state, limits) ? StreamStep::kRead : StreamStep::kNone;
}

bool IsComplete(const StreamState& state) {
  return state.half_closed && !state.holds_text && state.items == 0;
}

StreamIdleness LookAtIdleness(const StreamState& state, Duration quiet,
                              const StreamLimits& limits) {
  if (quiet < limits.idle) return StreamIdleness::kBusy;
  if (state.writing) return StreamIdleness::kReaderStalls;
  return state.items == 0 && !state.holds_text ? StreamIdleness::kNothingComes
                                               : StreamIdleness::kBusy;
}

}  // namespace quartet
