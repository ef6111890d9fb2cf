#include "rpc/request_parser.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "core/error_detail.h"

namespace quartet {
namespace {

constexpr RequestLimits kLimits = {.max_texts = 3, .max_text_bytes = 5};

// The wire form of a request with these texts, well-formed or not.
std::string Wire(const std::vector<std::string>& texts) {
  std::string bytes;
  for (const std::string& text : texts) {
    bytes += '\x0a';
    bytes += static_cast<char>(text.size());
    bytes += text;
  }
  return bytes;
}

void CheckRefused(const std::string& bytes, const std::string& field, const std::string& problem) {
  const absl::Status status = ParseEmbedRequest(bytes, kLimits).status();
  CHECK(status.code() == absl::StatusCode::kInvalidArgument);
  CHECK(FieldOf(status) == field);
  CHECK_THAT(std::string(status.message()), Catch::Contains(problem));
}

TEST_CASE("texts within the limits are taken, NUL included", "[rpc]") {
  const std::string nul("a\0b", 3);
  const auto request = ParseEmbedRequest(Wire({"hello", nul, "\xc3\xa9"}), kLimits);
  REQUIRE(request.ok());
  CHECK(request->texts_size() == 3);
  CHECK(request->texts(1) == nul);
}

TEST_CASE("a refusal names the field, the limit and the value", "[rpc]") {
  CheckRefused("", "texts", "is empty");
  CheckRefused(Wire({"a", "b", "c", "d"}), "texts", "has 4 texts, the limit is 3");
  CheckRefused(Wire({"a", ""}), "texts[1]", "is empty");
  CheckRefused(Wire({"a", "b", "sixsix"}), "texts[2]", "has 6 bytes, the limit is 5");
  CheckRefused(Wire({"a", "b\xff"}), "texts[1]", "not valid UTF-8 at byte 1");
}

TEST_CASE("too many texts are one error, not a message built from them", "[rpc]") {
  CheckRefused(Wire(std::vector<std::string>(100'000, "")), "texts",
               "has 100000 texts, the limit is 3");
}

TEST_CASE("bytes that are no message are refused with their number", "[rpc]") {
  for (const std::string& bytes :
       {std::string("\xff\xff\xff\xff"), std::string("\x0a\x7fshort"), std::string("\x0a"),
        Wire({"good"}) + "\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
        std::string(1, '\0')}) {
    const absl::Status status = ParseEmbedRequest(bytes, kLimits).status();
    CHECK(status.code() == absl::StatusCode::kInvalidArgument);
    CHECK_THAT(std::string(status.message()),
               Catch::Contains(std::to_string(bytes.size()) + " bytes"));
  }
}

TEST_CASE("invalid UTF-8 in another string field is refused too", "[rpc]") {
  CHECK_FALSE(ParseEmbedRequest(Wire({"a"}) + "\x32\x01\xff", kLimits).ok());
}

TEST_CASE("the text of a TokenizeRequest is checked alike", "[rpc]") {
  const auto parse = [](const std::string& bytes) { return ParseTokenizeRequest(bytes, kLimits); };
  REQUIRE(parse(Wire({"hello"})).ok());
  CHECK(parse(Wire({"", "again"}))->text() == "again");  // the last one holds
  struct Row {
    std::string bytes, message;
  };
  const std::vector<Row> table = {
      {"", "text: is empty; a text has at least 1 byte"},
      {Wire({"a", ""}), "text: is empty; a text has at least 1 byte"},
      {Wire({"sixsix"}), "text: has 6 bytes, the limit is 5"},
      {Wire({"sixsix", "a"}), "text: has 6 bytes, the limit is 5"},
      {Wire({"a\xff", "a"}), "text: is not valid UTF-8 at byte 1"},
      {"\x0a\x7fshort", "the request is not a valid quartet.v1.TokenizeRequest message of 7 bytes"},
  };
  for (const Row& row : table) CHECK(parse(row.bytes).status().message() == row.message);
}

TEST_CASE("fields of a newer API are skipped", "[rpc]") {
  CHECK(ParseEmbedRequest(Wire({"a"}) + "\xf8\x07\x01", kLimits).ok());
}

// The wire form of a stream's message: id 7, and this text if it has any.
std::string StreamWire(const std::string& text) {
  const std::string length(1, static_cast<char>(text.size()));
  return std::string("\x08\x07", 2) + (text.empty() ? "" : "\x12" + length + text);
}

TEST_CASE("what is wrong with a stream's text leaves its id and options alone", "[rpc]") {
  struct Row {
    std::string text, message;
  };
  const std::vector<Row> table = {
      {"", "text: is empty; a text has at least 1 byte"},
      {"sixsix", "text: has 6 bytes, the limit is 5"},
      {"b\xff", "text: is not valid UTF-8 at byte 1"},
  };
  const std::string reject("\x1a\x02\x08\x03", 4);
  for (const Row& row : table) {
    const auto text = ParseEmbedStreamRequest(StreamWire(row.text) + reject, kLimits);
    REQUIRE(text.ok());
    CHECK(text->problem.message() == row.message);
    CHECK(FieldOf(text->problem) == "text");
    CHECK(text->message.id() == 7);
    CHECK(text->message.text().empty());
    CHECK(text->message.options().truncation() == v1::TRUNCATION_REJECT);
  }
  const auto good = ParseEmbedStreamRequest(StreamWire("hello"), kLimits);
  REQUIRE(good.ok());
  CHECK(good->problem.ok());
  CHECK(good->message.text() == "hello");
  CHECK_FALSE(good->message.has_options());
}

TEST_CASE("bytes that are no message of a stream are refused, whatever its text is", "[rpc]") {
  const std::string bad_fingerprint("\x1a\x03\x2a\x01\xff", 5);
  for (const std::string& bytes :
       {std::string("\xff\xff\xff\xff"), StreamWire("a") + "\x12\x7f",
        StreamWire("a") + bad_fingerprint, StreamWire("b\xff") + bad_fingerprint}) {
    const absl::Status status = ParseEmbedStreamRequest(bytes, kLimits).status();
    CHECK(status.code() == absl::StatusCode::kInvalidArgument);
    CHECK_FALSE(FieldOf(status).has_value());
    CHECK_THAT(std::string(status.message()), Catch::Contains("EmbedStreamRequest"));
  }
}

}  // namespace
}  // namespace quartet
