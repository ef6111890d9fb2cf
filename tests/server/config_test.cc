#include "config.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <cstdlib>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "exit_codes.h"
#include "fakes/temporary_file.h"

namespace quartet {
namespace {

using std::chrono::milliseconds;

std::variant<Config, EarlyExit> Parse(std::vector<const char*> flags) {
  flags.insert(flags.begin(), "quartet-server");
  return ParseConfig(static_cast<int>(flags.size()), flags.data());
}

Config Good(const std::vector<const char*>& flags) {
  const auto parsed = Parse(flags);
  if (const auto* early = std::get_if<EarlyExit>(&parsed)) FAIL(early->text);
  return std::get<Config>(parsed);
}

// An environment variable that lives as long as the test.
class Environment {
 public:
  Environment(const char* name, const char* value) : name_(name) { setenv(name, value, 1); }
  ~Environment() { unsetenv(name_); }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

 private:
  const char* const name_;
};

TEST_CASE("without settings the defaults hold", "[server]") {
  const Config config = Good({});
  CHECK(config.listen == "0.0.0.0:50051");
  CHECK(config.metrics_listen == "0.0.0.0:9464");
  CHECK(config.admin_listen == "127.0.0.1:50052");
  CHECK(config.http_listen == "none");
  CHECK_FALSE(config.intra_op_threads.has_value());
  CHECK(config.max_batch_items == 4);
  CHECK(config.default_deadline == milliseconds(30'000));
}

TEST_CASE("flags set what they name", "[server]") {
  const Config config = Good({"--listen=127.0.0.1:1", "--intra-op-threads", "2",
                              "--drain-timeout=1500ms", "--default-deadline", "50s",
                              "--max-texts=8", "--log-format=json", "--max-client-calls=7"});
  CHECK(config.listen == "127.0.0.1:1");
  CHECK(config.intra_op_threads == 2);
  CHECK(config.drain_timeout == milliseconds(1500));
  CHECK(config.default_deadline == milliseconds(50'000));
  CHECK(config.max_texts == 8);
  CHECK(config.max_client_calls == 7);
  CHECK(config.log.format == "json");
}

TEST_CASE("what is off stays off until it is named", "[server]") {
  CHECK_FALSE(Good({}).core_dumps);
  CHECK_FALSE(Good({}).allow_foreign_model);
  CHECK(Good({"--core-dumps"}).core_dumps);
  CHECK_FALSE(Good({"--core-dumps=false"}).core_dumps);
  CHECK(Good({"--allow-foreign-model"}).allow_foreign_model);
  {
    const Environment on("QUARTET_CORE_DUMPS", "true");
    CHECK(Good({}).core_dumps);
    CHECK_FALSE(Good({"--core-dumps=false"}).core_dumps);
  }
  const TemporaryFile file("core-dumps = true\n");
  const std::string config_flag = "--config=" + file.path();
  CHECK(Good({config_flag.c_str()}).core_dumps);
}

TEST_CASE("a digest is read in either case, and none is none", "[server]") {
  const std::string digest(64, 'A');
  CHECK(Good({}).model_sha256 == "none");
  CHECK(Good({"--model-sha256=none"}).model_sha256 == "none");
  CHECK(Good({("--model-sha256=" + digest).c_str()}).model_sha256 == std::string(64, 'a'));
}

TEST_CASE("a flag beats the environment, which beats the file, which beats the default",
          "[server]") {
  const TemporaryFile file("max-texts = 1\nmax-text-bytes = 1\ndrain-timeout = 1s\n");
  const Environment texts("QUARTET_MAX_TEXTS", "2");
  const Environment bytes("QUARTET_MAX_TEXT_BYTES", "2");
  const std::string config_flag = "--config=" + file.path();
  const Config config = Good({config_flag.c_str(), "--max-texts=3"});
  CHECK(config.max_texts == 3);
  CHECK(config.max_text_bytes == 2);
  CHECK(config.drain_timeout == milliseconds(1000));
  CHECK(config.max_batch_items == 4);
}

TEST_CASE("every setting is listed once, with where it came from", "[server]") {
  const TemporaryFile file("max-texts = 1\ndrain-timeout = 1s\nslow-call = 3s\n");
  const Environment bytes("QUARTET_MAX_TEXT_BYTES", "2");
  const Environment texts("QUARTET_SLOW_CALL", "1s");
  const std::string config_flag = "--config=" + file.path();
  const Config config = Good({config_flag.c_str(), "--max-texts=3", "--listen", "127.0.0.1:9"});
  std::map<std::string, std::pair<std::string, std::string>> listed;
  for (const Setting& setting : config.settings) {
    CHECK(listed.emplace(setting.name, std::pair(setting.value, setting.source)).second);
  }
  CHECK(listed.size() == config.settings.size());
  const std::map<std::string, std::pair<std::string, std::string>> expected = {
      {"max-texts", {"3", "flag"}},
      {"listen", {"127.0.0.1:9", "flag"}},
      {"max-text-bytes", {"2", "environment"}},
      {"slow-call", {"1s", "environment"}},
      {"drain-timeout", {"1s", "file"}},
      {"max-batch-items", {"4", "default"}},
      {"intra-op-threads", {"auto", "default"}},
      {"config", {file.path(), "flag"}},
  };
  for (const auto& [name, value_and_source] : expected) CHECK(listed[name] == value_and_source);
  CHECK(listed.count("help") + listed.count("version") == 0);
}

TEST_CASE("the file may be named by the environment", "[server]") {
  const TemporaryFile file("listen = \"127.0.0.1:7\"\n");
  const Environment config_file("QUARTET_CONFIG", file.path().c_str());
  CHECK(Good({}).listen == "127.0.0.1:7");
}

TEST_CASE("a bad setting ends with code 2 and its name", "[server]") {
  struct Row {
    const char* flag;
    const char* named;
  };
  const std::vector<Row> table = {
      {"--max-batch-items=5", "--max-batch-items"},
      {"--max-batch-items=0", "--max-batch-items"},
      {"--intra-op-threads=3", "--intra-op-threads"},
      {"--intra-op-threads=two", "--intra-op-threads"},
      {"--max-texts=0", "--max-texts"},
      {"--max-queue-tokens=1", "--max-queue-tokens"},
      {"--cache-bytes=-1", "--cache-bytes"},
      {"--cache-bytes=17179869185", "--cache-bytes"},
      {"--max-client-calls=-1", "--max-client-calls"},
      {"--default-deadline=30", "--default-deadline"},
      {"--default-deadline=-1s", "--default-deadline"},
      {"--default-deadline=61s", "--max-deadline"},
      {"--drain-timeout=1h", "--drain-timeout"},
      {"--log-format=xml", "--log-format"},
      {"--log-level=loud", "--log-level"},
      {"--slow-call=2", "--slow-call"},
      {"--model-sha256=abc", "--model-sha256"},
      {"--core-dumps=perhaps", "--core-dumps"},
      {"--tls-cert=a", "--tls-cert: needs --tls-key"},
      {"--tls-key=a", "--tls-key: needs --tls-cert"},
      {"--tls-client-ca=a", "--tls-client-ca: needs --tls-cert"},
      {"--tls-client-auth=require", "--tls-client-auth: needs --tls-client-ca"},
      {"--tls-client-auth=maybe", "--tls-client-auth"},
      {"--tls-client-names=a", "--tls-client-names: needs --tls-client-ca"},
      {"--open-health=perhaps", "--open-health"},
      {"--admin-tls", "--admin-tls: needs --tls-cert"},
      {"--http-listen=8080", "--http-listen: '8080' is not HOST:PORT"},
      {"--no-such-flag", "--no-such-flag"},
      {"--config=/no/such/file", "/no/such/file"},
  };
  for (const Row& row : table) {
    INFO(row.flag);
    const auto parsed = Parse({row.flag});
    const auto* early = std::get_if<EarlyExit>(&parsed);
    REQUIRE(early != nullptr);
    CHECK(early->code == kExitBadConfig);
    CHECK_THAT(early->text, Catch::Contains(row.named));
    CHECK(early->text.find('\n') == early->text.size() - 1);
  }
}

TEST_CASE("a bad value of the file or the environment is named too", "[server]") {
  const TemporaryFile unknown("max-textz = 3\n");
  const TemporaryFile bad("max-texts = many\n");
  for (const auto& [path, named] :
       {std::pair(unknown.path(), "max-textz"), std::pair(bad.path(), "max-texts")}) {
    const std::string flag = "--config=" + path;
    const auto parsed = Parse({flag.c_str()});
    REQUIRE(std::holds_alternative<EarlyExit>(parsed));
    CHECK_THAT(std::get<EarlyExit>(parsed).text, Catch::Contains(named));
  }
  const Environment environment("QUARTET_MAX_TEXTS", "many");
  REQUIRE(std::holds_alternative<EarlyExit>(Parse({})));
}

TEST_CASE("clients need a certificate where somebody is named to vouch for them", "[server]") {
  CHECK(Good({}).security.tls_client_auth == "none");
  CHECK(Good({"--tls-cert=a", "--tls-key=b"}).security.tls_client_auth == "none");
  const std::vector<const char*> flags = {"--tls-cert=a", "--tls-key=b", "--tls-client-ca=c"};
  CHECK(Good(flags).security.tls_client_auth == "require");
  for (const char* auth : {"request", "require", "none"}) {
    std::vector<const char*> more = flags;
    const std::string flag = std::string("--tls-client-auth=") + auth;
    more.push_back(flag.c_str());
    const auto parsed = Parse(more);
    if (std::string(auth) == "none") {
      CHECK(std::holds_alternative<EarlyExit>(parsed));
    } else {
      CHECK(std::get<Config>(parsed).security.tls_client_auth == auth);
    }
  }
}

TEST_CASE("a path may be said to be none", "[server]") {
  const SecurityConfig security =
      Good({"--tls-cert=none", "--api-keys-file=none", "--metrics-auth-file=none"}).security;
  CHECK(security.tls_cert.empty());
  CHECK(security.api_keys_file.empty());
  CHECK(security.metrics_auth_file.empty());
}

TEST_CASE("help and version end with code 0", "[server]") {
  for (const char* flag : {"--help", "--version"}) {
    const auto parsed = Parse({flag});
    REQUIRE(std::holds_alternative<EarlyExit>(parsed));
    CHECK(std::get<EarlyExit>(parsed).code == kExitClean);
  }
}

}  // namespace
}  // namespace quartet
