#include "model/vetting/code_calls.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace quartet {
namespace {

using Calls = std::set<std::string>;

TEST_CASE("what code calls, by the name before the parenthesis", "[vetting]") {
  struct Row {
    const char* code;
    Calls calls;
  };
  const std::vector<Row> table = {
      {"", {}},
      {"a = b\n", {}},
      {"return torch.linear(rows, weight, bias)\n", {"torch.linear"}},
      {"_12 = (query_key_value).forward(rows, )\n", {".forward"}},
      {"x = layers.norm.forward(rows)\n", {".forward"}},
      {"torch.transpose(torch.squeeze(context, 0), 0, 1)", {"torch.transpose", "torch.squeeze"}},
      {"ops.prim.data(x)", {"ops.prim.data"}},
      {"__torch__.torch.classes.a.B.__new__(c)", {"__torch__.torch.classes.a.B.__new__"}},
      {"class Encoder(Module):\n  def forward(self: A) -> Tensor:\n", {"class", "def forward"}},
      {"if (a):\n  b = not (c)\n  return (d)\nelse:\n  e = 2 * (f)", {}},
      {"annotate(List[Tensor], [])", {"annotate"}},
      // However it is written.
      {"torch . save ( x )", {"torch.save"}},
      {"torch.save\n(x)", {"torch.save"}},
      {"\"torch.save(x)\"", {"torch.save"}},
      {"not torch.save(x)", {"torch.save"}},
      {"notsave(x)", {"notsave"}},
      {"x.torch.save(y)", {".save"}},
  };
  for (const Row& row : table) {
    INFO(row.code);
    const auto calls = CallsOf(row.code);
    REQUIRE(calls.ok());
    CHECK(*calls == row.calls);
  }
}

TEST_CASE("what could hide a call is refused", "[vetting]") {
  for (const char* code : {"(torch.save)(x)", "fs[0](x)", "\"save\"(x)", "f(x) # )", "a \\\n (x)",
                           "f\t(x)", "f\r(x)", "f\u00a0(x)", "@f\ndef g()"}) {
    INFO(code);
    CHECK_FALSE(CallsOf(code).ok());
  }
}

}  // namespace
}  // namespace quartet
