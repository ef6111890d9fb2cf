// What a text costs, and what a process needs: figures of bench/results/full.md, made on 2 vCPUs of
// an AMD EPYC (Zen 3: AVX2, no AVX-512) with the default model. Texts of its mix "short" have 13.7
// tokens on average, of "mixed" 67.9. Another CPU or model has other figures. Pure.
#ifndef QUARTET_CLIENT_OPERATOR_PLAN_COST_MODEL_H_
#define QUARTET_CLIENT_OPERATOR_PLAN_COST_MODEL_H_

#include <optional>
#include <string>

namespace quartet {

enum class Precision { kInt8, kBf16, kFp32 };

// "int8", "bf16", "fp32".
std::string NameOf(Precision precision);
std::optional<Precision> PrecisionOf(const std::string& name);

inline constexpr char kMeasuredOn[] = "2 vCPUs of an AMD EPYC (Zen 3: AVX2, no AVX-512)";

// Of one core's time, in microseconds, when all compute threads are busy.
struct Cost {
  double per_token = 0;
  double per_call = 0;  // gRPC, parsing, answering; whatever the precision
};

// full.md, "Closed loops", row quartet: 16 clients with a text a call, 1,078 texts/s, are 1,855 us
// of two cores a text; 32 texts a call, 1,451 texts/s, are 1,378 us. What they differ by is a call,
// 490 us, the load generator's part of it included: it ran on the same cores. The rest, by 14
// tokens, is a token.
inline constexpr double kMicrosPerCall = 490;
inline constexpr double kInt8MicrosPerToken = 97;
// Row quartet fp32, 16 clients: 650 texts/s are 3,077 us a text.
inline constexpr double kFp32MicrosPerToken = 185;
// "fours-short, 2 lanes of 1 thread", row quartet bf16: 732 texts/s are 2,732 us a text. No service
// was measured in bf16; this CPU computes it in float32.
inline constexpr double kBf16MicrosPerToken = 195;

Cost MeasuredCost(Precision precision);

// Texts a second of so many cores.
double TextsPerSecond(const Cost& cost, double cores, double tokens_per_text,
                      double texts_per_call);

// The working set under the hardest load that the server lets in: 240 MB (deploy/RUNBOOK.md,
// QuartetMemoryHigh; tests/end_to_end/test_memory_limit.py) in int8. The others keep more: full.md,
// "Memory", RSS 221 MiB of fp32 beside 169; "fours-short, 2 lanes", 233 MiB of bf16 beside 143.
double MostMemory(Precision precision);

// So that this is below 70 % of it, the first threshold of the alerts; in steps of 100 MB.
double MemoryLimit(Precision precision);

}  // namespace quartet

#endif  // QUARTET_CLIENT_OPERATOR_PLAN_COST_MODEL_H_
