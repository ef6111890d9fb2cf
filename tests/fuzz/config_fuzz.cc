// Any settings file gives settings within their limits, or exit code 2 and one line.
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>

#include "check.h"
#include "config.h"
#include "exit_codes.h"

namespace quartet {
namespace {

bool KeepsLimits(const Config& config) {
  const auto within = [](auto value, auto low, auto high) { return value >= low && value <= high; };
  return within(config.max_batch_items, 1, 4) &&
         within(config.intra_op_threads.value_or(1), 1, 2) && within(config.max_texts, 1U, 4096U) &&
         within(config.max_text_bytes, 1U, 1U << 20) &&
         within(config.max_queue_tokens, 512U, 1U << 26) &&
         config.default_deadline <= config.max_deadline &&
         within(config.drain_timeout, std::chrono::hours(0), std::chrono::hours(24));
}

void FuzzOne(const std::uint8_t* data, std::size_t size) {
  const int file = memfd_create("settings", 0);
  Check(file >= 0 && write(file, data, size) == static_cast<ssize_t>(size), "a file in memory");
  const std::string flag = "--config=/proc/self/fd/" + std::to_string(file);
  const char* const arguments[] = {"quartet-server", flag.c_str()};
  const auto parsed = ParseConfig(2, arguments);
  close(file);
  if (const auto* config = std::get_if<Config>(&parsed)) {
    Check(KeepsLimits(*config), "settings keep their limits");
    return;
  }
  const auto& early = std::get<EarlyExit>(parsed);
  Check(early.code == kExitBadConfig, "a bad file is exit code 2");
  Check(std::count(early.text.begin(), early.text.end(), '\n') == 1, "one line says why");
}

}  // namespace
}  // namespace quartet

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  quartet::FuzzOne(data, size);
  return 0;
}
