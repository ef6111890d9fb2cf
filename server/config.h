// Every setting of the server, once.
#ifndef QUARTET_CONFIG_H_
#define QUARTET_CONFIG_H_

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "log.h"

namespace quartet {

// Where a setting's value came from.
inline constexpr std::array kSettingSources = {"flag", "environment", "file", "default"};

struct Setting {
  std::string name;  // the flag's, without --
  std::string value;
  std::string source;  // one of kSettingSources
};

// Who may call. Paths; empty: none.
struct SecurityConfig {
  std::string tls_cert;
  std::string tls_key;
  std::string tls_client_ca;
  std::string tls_client_auth = "auto";  // after parsing: "none", "request" or "require"
  std::string tls_client_names;          // with commas between
  std::string api_keys_file;
  bool open_health = true;
  std::string metrics_auth_file;
  bool admin_tls = false;
};

// Precedence: flag, environment (QUARTET_…), --config file, default. Ranges, units and defaults are
// in `quartet-server --help`, which is made from the same table.
struct Config {
  std::string model = "build/models/paraphrase-MiniLM-L3-v2.pt";
  std::string model_sha256 = "none";  // or 64 digits, lower case
  bool allow_foreign_model = false;
  std::string listen = "0.0.0.0:50051";
  std::string metrics_listen = "0.0.0.0:9464";
  std::string admin_listen = "127.0.0.1:50052";  // or "none"
  std::string http_listen = "none";
  std::optional<int> intra_op_threads;  // absent: from the CPU quota and affinity
  int max_batch_items = 4;
  std::size_t max_texts = 256;
  std::size_t max_text_bytes = 32768;
  std::size_t max_queue_tokens = 65536;
  std::chrono::milliseconds max_queue_time{1'000};
  std::size_t cache_bytes = 0;
  std::size_t max_client_calls = 0;  // 0: no limit
  std::chrono::milliseconds default_deadline{30'000};
  std::chrono::milliseconds max_deadline{60'000};
  std::chrono::milliseconds max_connection_age{300'000};
  std::chrono::milliseconds drain_timeout{20'000};
  std::chrono::milliseconds lame_duck{0};
  SecurityConfig security;
  LogOptions log;
  std::chrono::milliseconds slow_call{2'000};  // 0: none is
  bool core_dumps = false;
  std::vector<Setting> settings;  // every one of the above, for the log
};

// The program is done without serving: what to print, and the exit code.
struct EarlyExit {
  std::string text;
  int code = 0;
};

// --help and --version end with code 0; a bad setting with code 2 and one line that names it.
std::variant<Config, EarlyExit> ParseConfig(int argc, const char* const* argv);

}  // namespace quartet

#endif  // QUARTET_CONFIG_H_
