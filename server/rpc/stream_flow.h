// What an EmbedStream may do next: pure functions, which the call only follows.
//
// Texts are read one by one, accepted by the backend one by one, answered in any order and written
// in the order of reading. A stream that can't write, since its client does not read, or whose text
// finds no room, reads nothing: HTTP/2's flow control then holds the client back, and nobody else.
#ifndef QUARTET_RPC_STREAM_FLOW_H_
#define QUARTET_RPC_STREAM_FLOW_H_

#include <chrono>
#include <cstddef>

#include "core/clock.h"

namespace quartet {

// A stream holds at most `items` texts or answers, less than `bytes` of texts and one text more,
// and one text that has found no room.
struct StreamLimits {
  // Accepted and not yet given to gRPC to write. Enough to keep two lanes busy with batches of
  // four while answers and texts are under way.
  std::size_t items = 64;
  // Of texts that are not yet answered.
  std::size_t bytes = std::size_t{256} << 10;
  // After so long without a text, or with an answer that the client does not take, it is ended.
  Duration idle = std::chrono::minutes(5);
  // Streams open at a time, of all clients together.
  std::size_t streams = 256;
};

struct StreamState {
  bool arrived = false;
  bool client_gone = false;

  // Operations that were started and have not ended.
  bool reading = false;
  bool submitting = false;  // the held text is being offered to the backend
  bool writing = false;
  bool finishing = false;  // set for good: nothing follows it

  bool holds_text = false;      // read, and not accepted yet
  bool waits_for_room = false;  // the backend has refused the held text; nothing has changed since
  std::size_t items = 0;        // accepted, and not yet given to gRPC to write
  std::size_t bytes = 0;        // of the texts of those that are not answered
  bool first_is_answered = false;
  bool fails = false;  // with an error that ends the stream instead of being written

  bool half_closed = false;  // the client has sent all it wants to
  bool stopped = false;      // we take nothing any more, the held text neither
};

enum class StreamStep { kNone, kRead, kSubmit, kWrite, kFinish };

// The next step, until kNone: each changes the state.
StreamStep NextStep(const StreamState& state, const StreamLimits& limits);

// Everything that the client sent was answered: a stream that ends so ends with OK.
bool IsComplete(const StreamState& state);

enum class StreamIdleness {
  kBusy,
  kNothingComes,  // the client sends nothing, and nothing is left to do
  kReaderStalls,  // the client does not take an answer
};

// Of a stream on which for `quiet` nothing was read and no write has ended.
StreamIdleness LookAtIdleness(const StreamState& state, Duration quiet, const StreamLimits& limits);

}  // namespace quartet

#endif  // QUARTET_RPC_STREAM_FLOW_H_
