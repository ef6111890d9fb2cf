#include "load/load_loops.h"

#include <algorithm>
#include <atomic>
#include <utility>

namespace quartet::bench {
namespace {

// The clients of a closed loop: each answer starts the next call, in the transport's thread.
class Clients {
 public:
  Clients(const LoadLimits& limits, const TextSource& texts, Transport& transport,
          const Clock& clock, CallLog& log)
      : limits_(limits), texts_(texts), transport_(transport), clock_(clock), log_(log) {}

  void StartNext() {
    const TimePoint now = clock_.Now();
    if (now >= limits_.end) return;
    const std::size_t number = calls_.fetch_add(1);
    if (number >= limits_.max_calls) return;
    transport_.Start(texts_.OfCall(number), [this, now](std::string status) {
      log_.Add({now, now, clock_.Now(), std::move(status)});
      StartNext();
    });
  }

 private:
  const LoadLimits& limits_;
  const TextSource& texts_;
  Transport& transport_;
  const Clock& clock_;
  CallLog& log_;
  std::atomic<std::size_t> calls_{0};
};

}  // namespace

std::span<const std::string> TextSource::OfCall(std::size_t number) const {
  const std::size_t calls = texts.size() / texts_per_call;
  return std::span(texts).subspan(number % calls * texts_per_call, texts_per_call);
}

void RunOpenLoop(const LoadLimits& limits, ArrivalSchedule schedule, const TextSource& texts,
                 Transport& transport, Pacer& pacer, CallLog& log) {
  for (std::size_t number = 0; number < limits.max_calls; ++number) {
    const TimePoint intended = limits.start + schedule.Next();
    if (intended >= limits.end) break;
    pacer.SleepUntil(intended);
    const TimePoint sent = pacer.Now();
    if (transport.in_flight() >= limits.in_flight_cap) {
      log.Add({intended, sent, sent, kNotSent});
      continue;
    }
    transport.Start(texts.OfCall(number), [&log, &pacer, intended, sent](std::string status) {
      log.Add({intended, sent, pacer.Now(), std::move(status)});
    });
  }
  transport.Drain();
}

void RunClosedLoop(const LoadLimits& limits, std::size_t clients, const TextSource& texts,
                   Transport& transport, const Clock& clock, CallLog& log) {
  Clients running(limits, texts, transport, clock, log);
  for (std::size_t i = 0; i < clients; ++i) running.StartNext();
  transport.Drain();
}

}  // namespace quartet::bench
