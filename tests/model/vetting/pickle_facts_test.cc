#include "model/vetting/pickle_facts.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "model/vetting/pickled.h"

namespace quartet {
namespace {

using Globals = std::set<std::string>;

PickleFacts Read(const std::string& pickle) {
  const auto facts = ReadPickle(pickle);
  INFO(facts.status());
  REQUIRE(facts.ok());
  return *facts;
}

TEST_CASE("every global is found, also in a string's or a tuple's neighbourhood", "[vetting]") {
  CHECK(Read(Pickle(")")).globals.empty());
  CHECK(Read(Pickle(Global("a.b", "C") + ")\x81}(" + String("x") + Global("os", "system") + "ub"))
            .globals == Globals{"a.b C", "os system"});
  CHECK(Read(Pickle(String("cos\nsystem\n"))).globals.empty());
}

TEST_CASE("a storage has its type, its record and its size", "[vetting]") {
  const PickleFacts facts = Read(Pickle(Storage("FloatStorage", "7", 12)));
  REQUIRE(facts.storages.size() == 1);
  CHECK(facts.storages[0].type == "torch FloatStorage");
  CHECK(facts.storages[0].key == "7");
  CHECK(facts.storages[0].count == 12);
}

TEST_CASE("a storage whose words come out of the memo is read as well", "[vetting]") {
  // ("storage", FloatStorage, "7", "cpu", 3), each word put into the memo first
  const std::string words = String("storage") + "q\x01" + Global("torch", "FloatStorage") +
                            "q\x02" + String("7") + "q\x03" + String("cpu") + "q\x04";
  const std::string again = "(h\x01h\x02h\x03h\x04K\x03tQ";
  const PickleFacts facts = Read(Pickle(words + again));
  REQUIRE(facts.storages.size() == 1);
  CHECK(facts.storages[0].key == "7");
}

TEST_CASE("what libtorch never writes is refused", "[vetting]") {
  struct Row {
    std::string pickle;
    const char* why;
  };
  const std::string tuple_of_five =
      "(" + String("storage") + "K\x01" + String("7") + String("cpu") + "K\x03t";
  const std::vector<Row> table = {
      {"", "cut short"},
      {"\x80\x02)", "cut short"},
      {"\x80\x02X\xff\xff\xff\xff.", "cut short"},
      {"\x80\x02"
       "cos\nsystem",
       "cut short"},
      {Pickle(")") + "cos\nsystem\n.", "behind its end"},
      {Pickle("(S'x'\ni"), "opcode 83"},
      {Pickle(String("os") + String("system") + "\x93"), "opcode 147"},  // STACK_GLOBAL
      {Pickle("K\x01)R"), "no name"},
      {Pickle("Q"), "not there"},
      {Pickle("(Q"), "not there"},
      {Pickle("t"), "not there"},
      {Pickle("h\x05"), "not stored"},
      {Pickle("K\x01Q"), "no storage"},
      {Pickle(")" + std::string(1'000'000, '\x85')), "tuples in tuples"},
      {Pickle(tuple_of_five + "Q"), "no storage"},  // a number where libtorch wants the type
      {Pickle(Global("torch.jit._pickle", "restore_type_tag") + tuple_of_five + "RQ"),
       "no storage"},
  };
  for (const Row& row : table) {
    INFO(row.why);
    const auto facts = ReadPickle(row.pickle);
    REQUIRE_FALSE(facts.ok());
    CHECK_THAT(std::string(facts.status().message()), Catch::Contains(row.why));
  }
}

}  // namespace
}  // namespace quartet
