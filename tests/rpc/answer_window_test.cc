#include "rpc/answer_window.h"

#include <catch2/catch.hpp>
#include <string>

namespace quartet {
namespace {

v1::EmbedStreamResponse Embedded(std::uint64_t id, const std::string& fingerprint) {
  v1::EmbedStreamResponse response;
  response.set_id(id);
  response.mutable_embedding();
  response.set_model_fingerprint(fingerprint);
  return response;
}

v1::EmbedStreamResponse Refused(std::uint64_t id) {
  v1::EmbedStreamResponse response;
  response.set_id(id);
  response.mutable_error();
  return response;
}

TEST_CASE("answers given in any order are taken in that of the texts", "[rpc]") {
  AnswerWindow window;
  for (std::uint64_t number = 0; number < 3; ++number) CHECK(window.Add(10) == number);
  CHECK(window.IsLast(2));
  window.Answer(2, Embedded(12, "f"));
  CHECK_FALSE(window.FirstIsAnswered());
  window.Answer(0, Embedded(10, "f"));
  CHECK(window.FirstIsAnswered());
  CHECK(window.TakeFirst().id() == 10);
  CHECK_FALSE(window.FirstIsAnswered());
  CHECK(window.Add(10) == 3);
  window.Answer(1, Embedded(11, "f"));
  CHECK(window.TakeFirst().id() == 11);
  CHECK(window.TakeFirst().id() == 12);
  CHECK_FALSE(window.FirstIsAnswered());
}

TEST_CASE("texts count until they are answered, answers until they are taken", "[rpc]") {
  AnswerWindow window;
  window.Add(10);
  window.Add(5);
  CHECK(window.size() == 2);
  CHECK(window.unanswered() == 2);
  CHECK(window.bytes() == 15);
  window.Answer(0, Embedded(0, "f"));
  CHECK(window.size() == 2);
  CHECK(window.unanswered() == 1);
  CHECK(window.bytes() == 5);
  window.RemoveLast();
  CHECK(window.size() == 1);
  CHECK(window.unanswered() == 0);
  CHECK(window.bytes() == 0);
  CHECK(window.Add(1) == 1);  // the number of the one that left
}

TEST_CASE("an answer names its model when that is a new one", "[rpc]") {
  AnswerWindow window;
  const auto named = [&window](v1::EmbedStreamResponse answer) {
    window.Answer(window.Add(1), std::move(answer));
    return window.TakeFirst().model_fingerprint();
  };
  CHECK(named(Refused(0)).empty());
  CHECK(named(Embedded(1, "first")) == "first");
  CHECK(named(Embedded(2, "first")).empty());
  CHECK(named(Refused(3)).empty());
  CHECK(named(Embedded(4, "first")).empty());
  CHECK(named(Embedded(5, "second")) == "second");
  CHECK(named(Embedded(6, "second")).empty());
  CHECK(named(Embedded(7, "first")) == "first");
}

}  // namespace
}  // namespace quartet
