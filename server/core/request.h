// One call as the pipeline sees it.
#ifndef QUARTET_CORE_REQUEST_H_
#define QUARTET_CORE_REQUEST_H_

#include <string>
#include <vector>

#include "core/clock.h"
#include "core/embed_result.h"
#include "core/reply.h"
#include "core/tokenizer.h"

namespace quartet {

struct Request {
  std::vector<std::string> texts;  // at least one, none empty, valid UTF-8
  Truncation truncation = Truncation::kEnd;
  TimePoint deadline = kInfiniteFuture;
  Reply<EmbedResult> reply;
};

}  // namespace quartet

#endif  // QUARTET_CORE_REQUEST_H_
