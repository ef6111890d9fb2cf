// One call as the pipeline sees it.
#ifndef QUARTET_CORE_REQUEST_H_
#define QUARTET_CORE_REQUEST_H_

#include <cstdint>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/embed_result.h"
#include "core/reply.h"
#include "core/token.h"
#include "core/tokenizer.h"

namespace quartet {

// Who is served in turns with others. Calls of one client have the same number.
using ClientId = std::uint64_t;

// Texts of one stream have the same number, and are served as if they were one call. Zero: none.
using StreamId = std::uint64_t;

struct Request {
  std::vector<std::string> texts;  // at least one, none empty, valid UTF-8
  Truncation truncation = Truncation::kEnd;
  TimePoint deadline = kInfiniteFuture;
  ClientId client = 0;
  StreamId stream = 0;  // which waits where a single call is refused
  Reply<EmbedResult> reply;
};

// A call that only wants to see the tokens of a text.
struct TokenizeRequest {
  std::string text;  // not empty, valid UTF-8
  TimePoint deadline = kInfiniteFuture;
  ClientId client = 0;
  Reply<std::vector<Token>> reply;  // all of them, none cut
};

}  // namespace quartet

#endif  // QUARTET_CORE_REQUEST_H_
