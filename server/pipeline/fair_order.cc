#include "pipeline/fair_order.h"

#include <algorithm>

namespace quartet {

std::vector<Turn> FairOrder::Join(Key key, std::span<const std::size_t> lengths) {
  Waiting& waiting = clients_[key.client];
  waiting.texts += lengths.size();
  if (key.stream != 0) return JoinStream(waiting, waiting.streams[key.stream], lengths);
  ++waiting.calls;
  const auto sharers = static_cast<double>(waiting.calls);
  std::vector<Turn> turns;
  double tokens = 0;
  for (const std::size_t length : lengths) {
    tokens += static_cast<double>(length);
    turns.push_back(now_ + sharers * tokens);
  }
  return turns;
}

std::vector<Turn> FairOrder::JoinStream(Waiting& waiting, Stream& stream,
                                        std::span<const std::size_t> lengths) const {
  if (stream.texts == 0) ++waiting.calls;
  stream.texts += lengths.size();
  const auto sharers = static_cast<double>(std::max(waiting.calls, kLeastSharers));
  std::vector<Turn> turns;
  for (const std::size_t length : lengths) {
    stream.tokens += length;
    stream.last = std::max(stream.last, now_ + sharers * static_cast<double>(stream.tokens));
    turns.push_back(stream.last);
  }
  return turns;
}

void FairOrder::Leave(Key key, std::size_t length, bool served, bool last_of_call) {
  if (served) now_ += static_cast<double>(length) / static_cast<double>(clients_.size());
  const auto client = clients_.find(key.client);
  Waiting& waiting = client->second;
  if (key.stream != 0) {
    const auto stream = waiting.streams.find(key.stream);
    stream->second.tokens -= length;
    last_of_call = --stream->second.texts == 0;
    if (last_of_call) waiting.streams.erase(stream);
  }
  // Texts of a call may leave in another order: a last one that leaves early ends the call early.
  if (last_of_call) --waiting.calls;
  if (--waiting.texts == 0) clients_.erase(client);
}

}  // namespace quartet
