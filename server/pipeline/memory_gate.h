// Whether memory allows new work. A pure function of what was and what is.
#ifndef QUARTET_PIPELINE_MEMORY_GATE_H_
#define QUARTET_PIPELINE_MEMORY_GATE_H_

namespace quartet {

// Parts of the control group's memory limit. The kernel kills at 1; what one second of accepted
// work may still add lies between.
inline constexpr double kMemoryCloses = 0.85;
inline constexpr double kMemoryOpens = 0.80;  // apart, so that it does not flutter
inline constexpr double kMemoryTrims = 0.92;  // malloc keeps much of what was freed: give it back

struct MemoryGate {
  bool closed = false;  // new work is refused
  bool trim = false;    // now
};

// `used`: working set / limit.
constexpr MemoryGate NextMemoryGate(const MemoryGate& before, double used) {
  return {.closed = used >= (before.closed ? kMemoryOpens : kMemoryCloses),
          .trim = used >= kMemoryTrims};
}

}  // namespace quartet

#endif  // QUARTET_PIPELINE_MEMORY_GATE_H_
