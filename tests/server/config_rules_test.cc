#include "config_rules.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace quartet {
namespace {

Config WithCertificates() {
  Config config;
  config.security = {.tls_cert = "a", .tls_key = "b", .tls_client_ca = "c"};
  config.security.tls_client_auth = "require";
  return config;
}

TEST_CASE("the HTTP port is no way around certificates", "[server]") {
  struct Row {
    std::string address;
    std::string auth;
    std::string names;
    std::string keys;
    bool is_good;
  };
  const std::vector<Row> table = {{"none", "require", "", "", true},
                                  {"127.0.0.1:80", "require", "", "", true},
                                  {"0.0.0.0:80", "require", "", "", false},
                                  {"0.0.0.0:80", "require", "", "keys", true},
                                  {"0.0.0.0:80", "require", "batch", "", true},
                                  {"0.0.0.0:80", "request", "", "", true}};
  for (const Row& row : table) {
    INFO(row.address << " " << row.auth << " " << row.names << " " << row.keys);
    Config config = WithCertificates();
    config.http_listen = row.address;
    config.security.tls_client_auth = row.auth;
    config.security.tls_client_names = row.names;
    config.security.api_keys_file = row.keys;
    const auto problem = ProblemOf(config);
    CHECK(problem.has_value() != row.is_good);
    if (problem) CHECK(problem->what == "needs --api-keys-file");
  }
}

}  // namespace
}  // namespace quartet
