#include "user/completion_command.h"

#include <algorithm>
#include <iostream>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace quartet {
namespace {

// A flag and its value may be one word for the user, "--format=csv", which bash has split at "=".
constexpr char kBegin[] = R"(_quartet() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} words=
  [ "$word" = = ] && word=
  [ "$before" = = ] && before=${COMP_WORDS[COMP_CWORD - 2]}
  case "$COMP_CWORD ${COMP_WORDS[1]} $before" in
)";
constexpr char kEnd[] = R"(  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _quartet quartet
)";

std::vector<std::string> FlagsOf(const CLI::App& command) {
  std::vector<std::string> flags;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) flags.push_back("--" + name);
  }
  return flags;
}

// "    PATTERN) words='...' ;;"
void AppendCase(const std::string& pattern, const std::vector<std::string>& words,
                std::string& script) {
  absl::StrAppend(&script, "    ", pattern, ") words='", absl::StrJoin(words, " "), "' ;;\n");
}

void AppendCommand(const CLI::App& command, std::string& script) {
  for (const CLI::Option* option : command.get_options()) {
    const std::string checked = option->get_type_name();
    const std::string type = checked.substr(0, checked.find(':'));  // less what checks add to it
    if (option->get_lnames().empty() || option->get_items_expected() == 0) continue;
    std::vector<std::string> values;
    if (type.find('|') != std::string::npos) values = absl::StrSplit(type, '|');
    for (const std::string& name : option->get_lnames()) {
      AppendCase(absl::StrCat("*' ", command.get_name(), " --", name, "'"), values, script);
    }
  }
  AppendCase(absl::StrCat("*' ", command.get_name(), " '*"), FlagsOf(command), script);
}

}  // namespace

std::string BashCompletion(const CLI::App& tool) {
  std::string script = kBegin;
  std::vector<std::string> names;
  for (const CLI::App* command : tool.get_subcommands({})) names.push_back(command->get_name());
  AppendCase("'1 '*", names, script);
  for (const CLI::App* command : tool.get_subcommands({})) AppendCommand(*command, script);
  return script + kEnd;
}

void AddCompletionCommand(CLI::App& tool) {
  CLI::App* command = tool.add_subcommand(
      "completion", "A script for bash: put 'source <(quartet completion)' into ~/.bashrc");
  command->callback([&tool] { std::cout << BashCompletion(tool); });
}

}  // namespace quartet
