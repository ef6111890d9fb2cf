// What is done with texts whose call is not alive any more: the same at every stage.
#ifndef QUARTET_PIPELINE_REPORT_DEAD_H_
#define QUARTET_PIPELINE_REPORT_DEAD_H_

#include <cstddef>

#include "pipeline/pending_call.h"
#include "pipeline/pipeline_observer.h"

namespace quartet {

// Tells the observer of `texts` lost texts and answers the call, if nobody has yet.
inline void ReportDead(PendingCall& call, CallState state, Stage stage, std::size_t texts,
                       PipelineObserver& observer) {
  if (state == CallState::kAnswered) return;
  for (std::size_t i = 0; i < texts; ++i) {
    if (state == CallState::kExpired) observer.OnExpired(stage);
    if (state == CallState::kCancelled) observer.OnCancelled(stage);
  }
  call.Fail(StatusOfDead(state));
}

}  // namespace quartet

#endif  // QUARTET_PIPELINE_REPORT_DEAD_H_
