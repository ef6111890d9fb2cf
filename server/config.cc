#include "config.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <fstream>
#include <set>

#include "config_rules.h"
#include "exit_codes.h"
#include "http/listen_address.h"
#include "setting_text.h"
#include "version.h"

namespace quartet {
namespace {

// More than the machines that Quartet is for have.
constexpr std::size_t kMaxCacheBytes = std::size_t{16} << 30;

// `name` is the setting's, for the error.
std::chrono::milliseconds ReadDuration(const std::string& name, const std::string& text) {
  if (const auto duration = ParseDuration(text)) return *duration;
  throw CLI::ValidationError(name, "'" + text + "' is not a duration such as 500ms, 30s or 2m");
}

std::string TransformSha256(const std::string& text) {
  if (text == "none") return text;
  if (const auto digest = ParseSha256(text)) return *digest;
  throw CLI::ValidationError("--model-sha256", "'" + text + "' is not 64 hexadecimal digits");
}

// Empty: none.
std::string ProblemOfHttpAddress(const std::string& text) {
  if (text == "none") return "";
  return std::string(ParseListenAddress(text).status().message());
}

class Parser {
 public:
  Parser() {
    app_.option_defaults()->always_capture_default();
    AddServing();
    AddLimits();
    AddTimes();
    AddSecurity();
    AddLogging();
    app_.add_option("--config", config_file_,
                    "File of settings, one `name = value` a line, names as the flags without --")
        ->envname("QUARTET_CONFIG")
        ->type_name("FILE")
        ->default_str("none");
    app_.set_version_flag("--version", std::string("quartet-server ") + kVersion);
  }

  std::variant<Config, EarlyExit> Parse(int argc, const char* const* argv) {
    try {
      app_.parse(argc, argv);
      if (!config_file_.empty()) ApplyFile();
      Resolve();
      ListSettings(argc, argv);
      return config_;
    } catch (const CLI::CallForHelp&) {
      return EarlyExit{app_.help(), kExitClean};
    } catch (const CLI::CallForVersion&) {
      return EarlyExit{app_.version() + "\n", kExitClean};
    } catch (const CLI::Error& error) {
      return EarlyExit{std::string("quartet-server: ") + error.what() + "\n", kExitBadConfig};
    }
  }

 private:
  template <class Value>
  CLI::Option* Add(const std::string& name, Value& value, const std::string& help) {
    return app_.add_option("--" + name, value, help)->envname(EnvironmentName(name));
  }

  // Off unless it is named; its name alone means true.
  void AddSwitch(const std::string& name, bool& value, const std::string& help) {
    app_.add_flag("--" + name, value, help)
        ->envname(EnvironmentName(name))
        ->default_str("false")
        ->option_text("BOOLEAN=false (Env:" + EnvironmentName(name) + ")");
  }

  static std::string EnvironmentName(const std::string& name) {
    std::string result = "QUARTET_";
    for (const char c : name) {
      result += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
    return result;
  }

  void AddServing() {
    Add("model", config_.model,
        "Model artefact to serve; on SIGHUP another one that has taken its place")
        ->type_name("FILE");
    Add("model-sha256", config_.model_sha256,
        "SHA-256 that the file of --model must have, 64 hexadecimal digits; none: any")
        ->transform(&TransformSha256)
        ->type_name("DIGEST");
    AddSwitch("allow-foreign-model", config_.allow_foreign_model,
              "Load TorchScript whose code is not ours, which may do anything the server may");
    Add("listen", config_.listen, "gRPC address; port 0: any free port")->type_name("HOST:PORT");
    Add("metrics-listen", config_.metrics_listen, "Address of /metrics; port 0: any free port")
        ->type_name("HOST:PORT");
    Add("admin-listen", config_.admin_listen,
        "gRPC address of health and reflection alone, for probes and operators; none: no such port")
        ->type_name("HOST:PORT");
    Add("http-listen", config_.http_listen,
        "HTTP address of the old API and of OpenAI's /v1/embeddings, without TLS: for this "
        "machine, or behind a proxy; none: no such port")
        ->check(&ProblemOfHttpAddress)
        ->type_name("HOST:PORT");
    Add("intra-op-threads", config_.intra_op_threads,
        "Threads that compute; default: min(2, CPU quota rounded down, usable CPUs), at least 1")
        ->check(CLI::Range(1, 2))
        ->default_str("auto");
    Add("max-batch-items", config_.max_batch_items, "Texts in one model run")
        ->check(CLI::Range(1, 4));
  }

  void AddLimits() {
    Add("max-texts", config_.max_texts, "Texts in one request")->check(CLI::Range(1, 4096));
    Add("max-text-bytes", config_.max_text_bytes, "Bytes of one text")
        ->check(CLI::Range(1, 1 << 20));
    Add("max-queue-tokens", config_.max_queue_tokens,
        "Tokens accepted and not yet answered; more are refused with RESOURCE_EXHAUSTED")
        ->check(CLI::Range(512, 1 << 26));
    Add("cache-bytes", config_.cache_bytes,
        "Memory for vectors of texts that may come again, which are then not computed; 0: none")
        ->check(CLI::Range(std::size_t{0}, kMaxCacheBytes));
    Add("max-client-calls", config_.max_client_calls,
        "Calls of one client (key, certificate, else connection) that may be inside; more are "
        "refused with RESOURCE_EXHAUSTED; 0: no limit")
        ->check(CLI::Range(0, 1 << 20));
  }

  void AddTimes() {
    AddDuration(
        "max-queue-time", config_.max_queue_time, "1s",
        "Work that may wait, at the measured rate; more is refused with RESOURCE_EXHAUSTED");
    AddDuration("default-deadline", config_.default_deadline, "30s",
                "Deadline of calls that come without one");
    AddDuration("max-deadline", config_.max_deadline, "1m",
                "Calls that ask for more time are given up after this");
    AddDuration("max-connection-age", config_.max_connection_age, "5m",
                "Older connections are asked to come again (10 % sooner or later), so that clients "
                "behind a balancer find new replicas; 0s: never");
    AddDuration("drain-timeout", config_.drain_timeout, "20s",
                "Time for accepted calls to be answered after SIGTERM");
    AddDuration("lame-duck", config_.lame_duck, "0s",
                "Time after SIGTERM in which calls are still taken, while health says NOT_SERVING");
  }

  void AddDuration(const std::string& name, std::chrono::milliseconds& value,
                   const std::string& default_text, const std::string& help) {
    const std::string flag = "--" + name;
    app_.add_option_function<std::string>(
            flag, [flag, &value](const std::string& text) { value = ReadDuration(flag, text); },
            help)
        ->envname(EnvironmentName(name))
        ->type_name("DURATION")
        ->default_str(default_text);
  }

  void AddSecurity() {
    AddPath(
        "tls-cert", config_.security.tls_cert,
        "Certificate of --listen, and its chain (PEM): TLS 1.2 and up. Read again when it changes");
    AddPath("tls-key", config_.security.tls_key, "Its key (PEM, without a passphrase)");
    AddPath("tls-client-ca", config_.security.tls_client_ca,
            "Certificates (PEM) that may vouch for those of clients");
    Add("tls-client-auth", config_.security.tls_client_auth,
        "Certificates of clients; request: one that is shown must be good; auto: require with "
        "--tls-client-ca, else none")
        ->check(CLI::IsMember({"auto", "none", "request", "require"}));
    Add("tls-client-names", config_.security.tls_client_names,
        "Names (common or alternative) of certificates that may call, with commas between; none: "
        "any")
        ->type_name("NAMES")
        ->default_str("none");
    AddPath(
        "api-keys-file", config_.security.api_keys_file,
        "Keys that calls need, as 'authorization: Bearer KEY'; a line is name:sha256. Read again "
        "when it changes");
    Add("open-health", config_.security.open_health,
        "Health and reflection on --listen need neither key nor name")
        ->default_str("true");
    AddPath("metrics-auth-file", config_.security.metrics_auth_file,
            "Names and passwords that /metrics asks for (basic authentication); a line is "
            "name:sha256. Read again when it changes");
    AddSwitch("admin-tls", config_.security.admin_tls,
              "--admin-listen has the TLS of --listen, and its rules for certificates of clients");
  }

  void AddPath(const std::string& name, std::string& value, const std::string& help) {
    Add(name, value, help)->type_name("FILE")->default_str("none");
  }

  void AddLogging() {
    Add("log-format", config_.log.format,
        "Form of log lines; auto: text on a terminal, JSON elsewhere")
        ->check(CLI::IsMember({"auto", "text", "json"}));
    Add("log-level", config_.log.level,
        "Least severe level that is logged; SIGUSR1 makes it debug, SIGUSR2 this one again")
        ->check(CLI::IsMember({"debug", "info", "warning", "error"}));
    Add("log-file", config_.log.file,
        "File that lines are appended to, opened again on SIGHUP; none: standard error")
        ->type_name("FILE");
    AddDuration("slow-call", config_.slow_call, "2s", "Longer calls get a log line; 0s: none");
    AddSwitch("core-dumps", config_.core_dumps,
              "Let a crash write a core file, which has texts of clients in it");
  }

  void Resolve() {
    SecurityConfig& security = config_.security;
    for (std::string* value :
         {&security.tls_cert, &security.tls_key, &security.tls_client_ca,
          &security.tls_client_names, &security.api_keys_file, &security.metrics_auth_file}) {
      if (*value == "none") value->clear();
    }
    if (security.tls_client_auth == "auto") {
      security.tls_client_auth = security.tls_client_ca.empty() ? "none" : "require";
    }
    if (const auto problem = ProblemOf(config_)) {
      throw CLI::ValidationError(problem->setting, problem->what);
    }
  }

  // CLI11's own set_config would let the file win over the environment.
  void ApplyFile() {
    std::ifstream file(config_file_);
    if (!file) throw CLI::FileError::Missing(config_file_);
    for (const CLI::ConfigItem& item : app_.get_config_formatter()->from_config(file)) {
      CLI::Option* option = app_.get_option_no_throw("--" + item.fullname());
      if (option == nullptr || !option->get_configurable() || item.name == "config") {
        throw CLI::ConfigError(config_file_ + ": unknown setting '" + item.fullname() + "'");
      }
      if (option->count() > 0) continue;
      option->add_result(item.inputs);
      option->run_callback();
      from_file_.insert(option->get_lnames().front());
    }
  }

  void ListSettings(int argc, const char* const* argv) {
    const std::vector<std::string> arguments(argv, argv + argc);
    for (const CLI::Option* option : app_.get_options()) {
      if (option->get_envname().empty()) continue;  // help and version
      const std::string name = option->get_lnames().front();
      const std::string value =
          option->count() > 0 ? option->results().back() : option->get_default_str();
      config_.settings.push_back({name, value, SourceOf(*option, arguments)});
    }
  }

  // CLI11 does not tell a flag from a variable.
  std::string SourceOf(const CLI::Option& option, const std::vector<std::string>& arguments) const {
    const std::string name = option.get_lnames().front();
    if (option.count() == 0) return "default";
    if (from_file_.count(name) > 0) return "file";
    const std::string flag = "--" + name;
    const bool is_flag =
        std::any_of(arguments.begin(), arguments.end(), [&](const std::string& argument) {
          return argument == flag || argument.compare(0, flag.size() + 1, flag + "=") == 0;
        });
    return is_flag ? "flag" : "environment";
  }

  CLI::App app_{"Serves sentence embeddings over gRPC.", "quartet-server"};
  Config config_;
  std::string config_file_;
  std::set<std::string> from_file_;  // names of settings
};

}  // namespace

std::variant<Config, EarlyExit> ParseConfig(int argc, const char* const* argv) {
  return Parser().Parse(argc, argv);
}

}  // namespace quartet
