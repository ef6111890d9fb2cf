#include "model/fingerprint.h"

#include <catch2/catch.hpp>
#include <string>

#include "fakes/temporary_file.h"

namespace quartet {
namespace {

TEST_CASE("a fingerprint is the file's SHA-256", "[model]") {
  // Test vectors of FIPS 180-4: "abc" and a million times "a".
  CHECK(*FingerprintOfFile(TemporaryFile("abc").path()) ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(*FingerprintOfFile(TemporaryFile(std::string(1'000'000, 'a')).path()) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("a file that can't be opened is NOT_FOUND, with its name", "[model]") {
  const absl::Status status = FingerprintOfFile("/no/such/file").status();
  CHECK(status.code() == absl::StatusCode::kNotFound);
  CHECK_THAT(std::string(status.message()), Catch::Contains("/no/such/file"));
}

}  // namespace
}  // namespace quartet
