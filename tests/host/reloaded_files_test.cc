#include "host/reloaded_files.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "fakes/temporary_tree.h"

namespace quartet {
namespace {

using Change = ReloadedFiles::Change;

// A pair of files that fit when they are equal.
class Reloading {
 protected:
  Reloading() { Put("1", "1"); }

  void Put(const std::string& left, const std::string& right) const {
    tree_.Write("left", left);
    tree_.Write("right", right);
  }

  absl::Status Accept(const ReloadedFiles::Contents& contents) {
    if (contents[0] != contents[1]) return absl::InvalidArgumentError("they don't fit");
    in_use_ = contents[0];
    return absl::OkStatus();
  }

  TemporaryTree tree_;
  std::string in_use_;
  ReloadedFiles files_{{tree_.Path("left"), tree_.Path("right")},
                       [this](const auto& contents) { return Accept(contents); }};
};

TEST_CASE_METHOD(Reloading, "files that don't change are accepted once", "[host]") {
  REQUIRE(files_.Load().ok());
  in_use_ = "not again";
  for (int i = 0; i < 3; ++i) CHECK(files_.Look() == Change::kNone);
  CHECK(in_use_ == "not again");
}

TEST_CASE_METHOD(Reloading, "new contents are in use after the next look", "[host]") {
  REQUIRE(files_.Load().ok());
  Put("2", "2");
  CHECK(files_.Look() == Change::kAccepted);
  CHECK(in_use_ == "2");
  CHECK(files_.Look() == Change::kNone);
}

TEST_CASE_METHOD(Reloading, "files that don't fit for one look only are no problem", "[host]") {
  REQUIRE(files_.Load().ok());
  Put("2", "1");
  CHECK(files_.Look() == Change::kNone);
  Put("2", "2");
  CHECK(files_.Look() == Change::kAccepted);
  CHECK(files_.problem().ok());
}

TEST_CASE_METHOD(Reloading, "broken files are told once, and the last good contents stay",
                 "[host]") {
  REQUIRE(files_.Load().ok());
  Put("2", "1");
  CHECK(files_.Look() == Change::kNone);
  CHECK(files_.Look() == Change::kRefused);
  CHECK(files_.problem().message() == "they don't fit");
  for (int i = 0; i < 3; ++i) CHECK(files_.Look() == Change::kNone);
  CHECK(in_use_ == "1");
}

TEST_CASE_METHOD(Reloading, "a vanished or an empty file is a problem that names it", "[host]") {
  REQUIRE(files_.Load().ok());
  std::filesystem::remove(tree_.Path("left"));
  files_.Look();
  CHECK(files_.Look() == Change::kRefused);
  CHECK_THAT(std::string(files_.problem().message()), Catch::Contains(tree_.Path("left")));
  Put("1", "");
  files_.Look();
  CHECK(files_.Look() == Change::kRefused);
  CHECK_THAT(std::string(files_.problem().message()), Catch::Contains(tree_.Path("right")));
}

TEST_CASE_METHOD(Reloading, "a problem ends with good files, old or new", "[host]") {
  REQUIRE(files_.Load().ok());
  for (const bool is_new : {false, true}) {
    Put("2", "1");
    files_.Look();
    CHECK(files_.Look() == Change::kRefused);
    Put(is_new ? "3" : "1", is_new ? "3" : "1");
    CHECK(files_.Look() == (is_new ? Change::kAccepted : Change::kHealed));
    CHECK(files_.problem().ok());
  }
}

TEST_CASE_METHOD(Reloading, "a start with files that don't fit fails", "[host]") {
  Put("2", "1");
  CHECK(files_.Load().message() == "they don't fit");
  std::filesystem::remove(tree_.Path("left"));
  CHECK(files_.Load().code() == absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace quartet
