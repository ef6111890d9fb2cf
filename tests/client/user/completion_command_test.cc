#include "user/completion_command.h"

#include <catch2/catch.hpp>
#include <string>

namespace quartet {
namespace {

TEST_CASE("completion knows commands, their flags, and values that are named", "[client]") {
  CLI::App tool("", "quartet");
  std::string value;
  bool on = false;
  CLI::App* embed = tool.add_subcommand("embed");
  embed->add_option("texts", value);
  embed->add_option("--format", value)->check(CLI::IsMember({"csv", "npy"}))->type_name("csv|npy");
  embed->add_option("--out", value)->type_name("FILE");
  embed->add_flag("--normalize", on);
  tool.add_subcommand("info");
  const std::string script = BashCompletion(tool);
  for (const char* expected :
       {"    '1 '*) words='embed info' ;;\n", "    *' embed --format') words='csv npy' ;;\n",
        "    *' embed --out') words='' ;;\n",
        "    *' embed '*) words='--help --format --out --normalize' ;;\n",
        "    *' info '*) words='--help' ;;\n"}) {
    CHECK_THAT(script, Catch::Contains(expected));
  }
  CHECK_THAT(script, !Catch::Contains("--normalize')"));  // it takes no value
}

}  // namespace
}  // namespace quartet
