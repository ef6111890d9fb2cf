#include "pipeline/fair_order.h"

namespace quartet {

std::vector<Turn> FairOrder::Join(ClientId client, std::span<const std::size_t> lengths) {
  Waiting& waiting = clients_[client];
  ++waiting.calls;
  waiting.texts += lengths.size();
  const auto sharers = static_cast<double>(waiting.calls);
  std::vector<Turn> turns;
  double tokens = 0;
  for (const std::size_t length : lengths) {
    tokens += static_cast<double>(length);
    turns.push_back(now_ + sharers * tokens);
  }
  return turns;
}

void FairOrder::Leave(ClientId client, std::size_t tokens, bool last_of_call) {
  now_ += static_cast<double>(tokens) / static_cast<double>(clients_.size());
  const auto waiting = clients_.find(client);
  // Texts of a call may leave in another order: a last one that leaves early ends the call early.
  if (last_of_call) --waiting->second.calls;
  if (--waiting->second.texts == 0) clients_.erase(waiting);
}

}  // namespace quartet
