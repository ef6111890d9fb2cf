#include "security/tls_material.h"

#include <catch2/catch.hpp>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <string>

#include "fakes/temporary_tree.h"
#include "host/text_file.h"

namespace quartet {
namespace {

constexpr std::int64_t kDay = 86'400;

// Made by openssl, once for all tests of this file.
class Pems {
 public:
  // Of a key of `kind` (openssl's -newkey), signed by itself, valid for two days.
  struct Pair {
    std::string certificate;
    std::string key;
  };

  Pair Make(const std::string& kind, const std::string& more = "-nodes") const {
    const std::string command = "openssl req -x509 -days 2 -subj /CN=test -newkey " + kind + " " +
                                more + " -keyout " + tree_.Path("key") + " -out " +
                                tree_.Path("certificate") + " 2>/dev/null";
    REQUIRE(std::system(command.c_str()) == 0);  // NOLINT(concurrency-mt-unsafe,cert-env33-c)
    return {*ReadFile(tree_.Path("certificate")), *ReadFile(tree_.Path("key"))};
  }

 private:
  TemporaryTree tree_;
};

const char* const kElliptic = "ec -pkeyopt ec_paramgen_curve:P-256";

TEST_CASE("a pair that fits is taken as it is, and its expiry known", "[security]") {
  const Pems pems;
  const std::int64_t now = std::time(nullptr);
  for (const char* kind : {kElliptic, "rsa:2048", "ed25519"}) {
    INFO(kind);
    const Pems::Pair pair = pems.Make(kind);
    const auto vetted = VetTlsMaterial(pair.certificate, pair.key, pair.certificate, now);
    REQUIRE(vetted.ok());
    CHECK(vetted->certificates == pair.certificate);
    CHECK(vetted->private_key == pair.key);
    CHECK(vetted->client_ca == pair.certificate);
    CHECK(vetted->expiry_unix > now + 2 * kDay - 60);
    CHECK(vetted->expiry_unix <= now + 2 * kDay + 60);
  }
}

TEST_CASE("what gRPC could not serve is refused, and the file at fault named", "[security]") {
  const Pems pems;
  const Pems::Pair good = pems.Make(kElliptic);
  const Pems::Pair other = pems.Make(kElliptic);
  const Pems::Pair weak = pems.Make("rsa:1024");
  const Pems::Pair locked = pems.Make(kElliptic, "-passout pass:secret");
  const std::string half = good.certificate.substr(0, good.certificate.size() / 2);
  const std::int64_t now = std::time(nullptr);

  struct Row {
    std::string certificates;
    std::string key;
    std::string client_ca;
    std::int64_t now;
    std::string complaint;
  };
  const Row kRows[] = {
      {"", good.key, "", now, "the certificate file has no certificate (PEM)"},
      {"garbage", good.key, "", now, "the certificate file has no certificate (PEM)"},
      {good.key, good.key, "", now, "the certificate file has no certificate (PEM)"},
      {half, good.key, "", now, "the certificate file has a broken certificate"},
      {good.certificate + half, good.key, "", now, "the certificate file has a broken certificate"},
      {good.certificate, "", "", now, "the key file has no key"},
      {good.certificate, good.certificate, "", now, "the key file has no key"},
      {good.certificate, locked.key, "", now, "the key file has no key without a passphrase"},
      {good.certificate, other.key, "", now, "the key is not the certificate's"},
      {weak.certificate, weak.key, "", now, "the certificate can't be served: ee key too small"},
      {good.certificate, good.key, "garbage", now, "the client CA file has no certificate"},
      {good.certificate, good.key, half, now, "the client CA file has a broken certificate"},
      {good.certificate, good.key, "", now + 3 * kDay, "the certificate has expired at "},
  };
  for (const Row& row : kRows) {
    INFO(row.complaint);
    const auto vetted = VetTlsMaterial(row.certificates, row.key, row.client_ca, row.now);
    REQUIRE_FALSE(vetted.ok());
    CHECK_THAT(std::string(vetted.status().message()), Catch::Contains(row.complaint));
    CHECK(vetted.status().message().find("BEGIN") == absl::string_view::npos);
  }
}

TEST_CASE("the first certificate of a chain to expire counts", "[security]") {
  const Pems pems;
  const Pems::Pair leaf = pems.Make(kElliptic);
  const Pems::Pair longer = pems.Make(kElliptic, "-nodes -days 9");
  const std::int64_t now = std::time(nullptr);
  const auto vetted = VetTlsMaterial(leaf.certificate + longer.certificate, leaf.key, "", now);
  REQUIRE(vetted.ok());
  CHECK(vetted->expiry_unix < now + 3 * kDay);
  const auto reversed = VetTlsMaterial(longer.certificate + leaf.certificate, longer.key, "", now);
  REQUIRE(reversed.ok());
  CHECK(reversed->expiry_unix < now + 3 * kDay);
}

}  // namespace
}  // namespace quartet
