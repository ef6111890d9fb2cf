#include "generator/options.h"

#include <CLI/CLI.hpp>
#include <sstream>

namespace quartet::bench {
namespace {

constexpr int kUsageError = 2;
constexpr double kMaxSeconds = 3600;
constexpr double kMaxRate = 100'000;
constexpr std::size_t kMaxClients = 4096;
constexpr std::size_t kMaxTexts = 100'000;

std::string CheckTarget(const std::string& target) {
  return IsLoopback(target) ? "" : "'" + target + "' is not host:port of this machine (loopback)";
}

void AddLoad(CLI::App& app, Options& options) {
  app.add_option("--mode", options.mode, "closed: clients that wait; open: calls on schedule")
      ->check(CLI::IsMember({"closed", "open"}));
  app.add_option("--clients", options.clients, "closed: how many")
      ->check(CLI::Range(std::size_t{1}, kMaxClients));
  app.add_option("--rate", options.rate, "open: calls a second")->check(CLI::Range(0.1, kMaxRate));
  app.add_option("--arrivals", options.arrivals, "open: gaps between the calls")
      ->check(CLI::IsMember({"poisson", "constant"}));
  app.add_option("--warm-up-seconds", options.warm_up_seconds, "load that doesn't count")
      ->check(CLI::Range(0.0, kMaxSeconds));
  app.add_option("--seconds", options.seconds, "load that counts; 0: only --wait-seconds")
      ->check(CLI::Range(0.0, kMaxSeconds));
  app.add_option("--max-calls", options.max_calls, "warm-up too");
  app.add_option("--in-flight-cap", options.in_flight_cap, "open: calls above it are 'NOT SENT'");
}

void AddCalls(CLI::App& app, Options& options) {
  app.add_option("--target", options.target, "host:port on loopback")
      ->check(CLI::Validator(CheckTarget, "LOOPBACK"));
  app.add_option("--protocol", options.protocol,
                 "grpc; grpc-stream: a call is a text on a stream, --clients texts are in "
                 "flight; seed, openai: HTTP with JSON")
      ->check(CLI::IsMember({"grpc", "grpc-stream", "seed", "openai"}));
  app.add_option("--channels", options.channels, "grpc: connections; grpc-stream: streams")
      ->check(CLI::Range(std::size_t{1}, std::size_t{256}));
  app.add_option("--tls-ca", options.tls_ca, "grpc: TLS, with a server that this file vouches for")
      ->check(CLI::ExistingFile)
      ->type_name("FILE");
  auto* certificate = app.add_option("--tls-cert", options.tls_cert, "the client's own");
  auto* key = app.add_option("--tls-key", options.tls_key, "its key");
  certificate->check(CLI::ExistingFile)->type_name("FILE")->needs("--tls-ca")->needs(key);
  key->check(CLI::ExistingFile)->type_name("FILE")->needs(certificate);
  app.add_option("--api-key", options.api_key, "grpc: sent with each call");
  app.add_option("--deadline-ms", options.deadline, "of every call");
  app.add_option("--texts-per-call", options.texts_per_call)
      ->check(CLI::Range(std::size_t{1}, std::size_t{1024}));
  app.add_option("--encoding", options.encoding, "grpc: of the vectors in the answers")
      ->check(CLI::IsMember({"floats", "float32", "float16", "int8"}));
  app.add_option("--mix", options.mix, "texts: short, mixed or a number of tokens");
  app.add_option("--texts", options.texts, "how many different ones")
      ->check(CLI::Range(std::size_t{1}, kMaxTexts));
  app.add_option("--texts-file", options.texts_file, "instead of a mix: one text a line");
  app.add_option("--seed", options.seed, "of the texts and the arrivals");
  app.add_option("--wait-seconds", options.wait_seconds, "for the first answer, before the load")
      ->check(CLI::Range(0.0, kMaxSeconds));
}

void AddReport(CLI::App& app, Options& options) {
  app.add_option("--pid", options.pid, "server: also its CPU time and memory, with its children's")
      ->check(CLI::PositiveNumber);
  app.add_option("--sample-ms", options.sample_interval, "between samples of --pid");
  app.add_flag("--json", options.json_only, "only the JSON line: no table, no progress");
}

}  // namespace

bool IsLoopback(const std::string& target) {
  const std::size_t colon = target.rfind(':');
  if (colon == std::string::npos) return false;
  const std::string port = target.substr(colon + 1);
  if (port.empty() || port.find_first_not_of("0123456789") != std::string::npos) return false;
  const std::string host = target.substr(0, colon);
  if (host == "localhost" || host == "[::1]") return true;
  return host.rfind("127.", 0) == 0 && host.find_first_not_of("0123456789.") == std::string::npos;
}

std::variant<Options, EarlyExit> ParseOptions(int argc, const char* const* argv) {
  Options options;
  CLI::App app("Loads an embedding server on this machine and says how it did.", "quartet-bench");
  app.option_defaults()->always_capture_default();
  AddCalls(app, options);
  AddLoad(app, options);
  AddReport(app, options);
  try {
    app.parse(argc, argv);
    if (options.protocol == "grpc-stream" && options.texts_per_call != 1) {
      throw CLI::ValidationError("--texts-per-call", "is 1 on a stream");
    }
    if (options.encoding != "floats" && options.protocol.rfind("grpc", 0) != 0) {
      throw CLI::ValidationError("--encoding", "is for grpc and grpc-stream");
    }
  } catch (const CLI::CallForHelp&) {
    return EarlyExit{app.help(), 0};
  } catch (const CLI::ParseError& error) {
    return EarlyExit{std::string("quartet-bench: ") + error.what() + '\n', kUsageError};
  }
  return options;
}

}  // namespace quartet::bench
