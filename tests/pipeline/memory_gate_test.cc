#include "pipeline/memory_gate.h"

#include <catch2/catch.hpp>
#include <vector>

namespace quartet {
namespace {

TEST_CASE("memory closes the gate high and opens it lower", "[pipeline]") {
  struct Row {
    bool was_closed;
    double used;
    bool closed;
    bool trim;
  };
  const std::vector<Row> table = {
      {false, 0.50, false, false}, {false, 0.84, false, false}, {false, 0.85, true, false},
      {true, 0.84, true, false},   {true, 0.80, true, false},   {true, 0.79, false, false},
      {true, 0.92, true, true},    {false, 1.00, true, true},
  };
  for (const Row& row : table) {
    INFO(row.was_closed << " " << row.used);
    const MemoryGate gate = NextMemoryGate({.closed = row.was_closed}, row.used);
    CHECK(gate.closed == row.closed);
    CHECK(gate.trim == row.trim);
  }
}

}  // namespace
}  // namespace quartet
