// Whose text is next: clients take turns, and so do the calls of a client.
#ifndef QUARTET_PIPELINE_FAIR_ORDER_H_
#define QUARTET_PIPELINE_FAIR_ORDER_H_

#include <cstddef>
#include <span>
#include <unordered_map>
#include <vector>

#include "core/request.h"

namespace quartet {

// A moment in virtual time: texts are served in the order of theirs.
using Turn = double;

// Not thread-safe. Decides only the order; who holds the texts asks for their turns.
//
// Virtual time is that of weighted fair queueing (Demers, Keshav, Shenker 1989): it counts the
// tokens that each waiting client has been given, so it goes slower the more clients wait, and it
// never stands still while work is done: any text's turn comes. A text's turn is when its client
// will have been given all that comes before it, if the client's calls share what the client gets.
// So a short call is served soon, whatever large ones wait, its own client's too; and a client with
// a thousand calls inside is served no sooner than one with one. For both it costs no more than one
// multiplication, at the price that the calls of a client which come later count as if all earlier
// ones stayed: they are served somewhat later than in exact sharing.
//
// The texts of a stream join one by one, while others of it wait: together they are one call. It
// counts as if another call of its client always waited. So it is behind what the client is given,
// and a single call goes before most of it, until single calls have had as much as the stream.
class FairOrder {
 public:
  struct Key {
    ClientId client = 0;
    StreamId stream = 0;
  };

  // A call joins with texts of so many tokens each. The turns of its texts.
  std::vector<Turn> Join(Key key, std::span<const std::size_t> lengths);

  // A text of so many tokens leaves, served or not.
  void Leave(Key key, std::size_t length, bool served, bool last_of_call);

 private:
  static constexpr std::size_t kLeastSharers = 2;  // of what the client of a stream gets

  struct Stream {
    std::size_t texts = 0;
    std::size_t tokens = 0;
    Turn last = 0;  // of its texts' turns
  };
  struct Waiting {
    std::size_t calls = 0;  // a stream is one
    std::size_t texts = 0;
    std::unordered_map<StreamId, Stream> streams;  // that have any text waiting
  };

  std::vector<Turn> JoinStream(Waiting& waiting, Stream& stream,
                               std::span<const std::size_t> lengths) const;

  Turn now_ = 0;
  std::unordered_map<ClientId, Waiting> clients_;  // that have any text waiting
};

}  // namespace quartet

#endif  // QUARTET_PIPELINE_FAIR_ORDER_H_
