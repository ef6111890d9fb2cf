// What the log line of a slow call for embeddings says.
#ifndef QUARTET_CALLS_EMBED_NOTES_H_
#define QUARTET_CALLS_EMBED_NOTES_H_

#include <chrono>
#include <cstddef>
#include <string>

#include "core/call_observer.h"
#include "core/embed_result.h"

namespace quartet {

inline CallNotes EmbedNotes(std::size_t texts, std::size_t tokens, const EmbedTiming& timing) {
  const auto milliseconds = [](Duration duration) {
    return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
  };
  return {{"texts", std::to_string(texts)},
          {"tokens", std::to_string(tokens)},
          {"queue_ms", milliseconds(timing.queue)},
          {"tokenize_ms", milliseconds(timing.tokenize)},
          {"inference_ms", milliseconds(timing.inference)}};
}

}  // namespace quartet

#endif  // QUARTET_CALLS_EMBED_NOTES_H_
