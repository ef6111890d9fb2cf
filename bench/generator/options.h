// The settings of quartet-bench.
#ifndef QUARTET_BENCH_GENERATOR_OPTIONS_H_
#define QUARTET_BENCH_GENERATOR_OPTIONS_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>

namespace quartet::bench {

// Ranges, units and meanings are in `quartet-bench --help`, which is made from the same table.
struct Options {
  std::string target = "127.0.0.1:50051";
  std::string protocol = "grpc";
  std::string mode = "closed";
  double rate = 100;
  std::string arrivals = "poisson";
  std::size_t clients = 1;
  std::size_t texts_per_call = 1;
  std::string encoding = "floats";
  std::size_t channels = 1;
  std::string tls_ca;
  std::string tls_cert;
  std::string tls_key;
  std::string api_key;
  double warm_up_seconds = 1;
  double seconds = 10;
  std::size_t max_calls = 10'000'000;
  std::chrono::milliseconds deadline{30'000};
  std::size_t in_flight_cap = 10'000;
  int pid = 0;
  std::chrono::milliseconds sample_interval{500};
  double wait_seconds = 0;
  std::string mix = "short";
  std::string texts_file;
  std::size_t texts = 2000;
  std::uint64_t seed = 1;
  bool json_only = false;
};

// The program is done: what to print, and its exit code.
struct EarlyExit {
  std::string text;
  int code = 0;
};

// --help ends with code 0; a bad setting with code 2 and one line that names it.
std::variant<Options, EarlyExit> ParseOptions(int argc, const char* const* argv);

// Whether host:port is this machine: localhost, 127.x.x.x or [::1]. A load generator must not be
// aimed at anybody else's.
bool IsLoopback(const std::string& target);

}  // namespace quartet::bench

#endif  // QUARTET_BENCH_GENERATOR_OPTIONS_H_
