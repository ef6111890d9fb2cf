#include "model/vetting/code_calls.h"

#include <algorithm>
#include <cctype>

#include "absl/strings/str_cat.h"

namespace quartet {
namespace {

constexpr std::string_view kBlanks = " \n";
// Behind these, parentheses only group.
constexpr std::string_view kOperators = "([{,:=+-*/%<>&|^~";
const std::set<std::string_view> kKeywords = {"and", "assert", "elif", "else", "for",   "if",
                                              "in",  "is",     "not",  "or",   "return"};
// Where a dotted name begins with one of these it is the name of a function; otherwise its last
// part is a method of a value.
const std::set<std::string_view> kNamespaces = {"torch", "ops", "__torch__"};

bool IsWordCharacter(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

bool IsStrange(char c) {
  return c == '#' || c == '\\' || c == '@' || (c != '\n' && (c < ' ' || c > '~'));
}

void DropBlanks(std::string_view& text) {
  text = text.substr(0, text.find_last_not_of(kBlanks) + 1);  // npos + 1: nothing is left
}

std::string_view TakeLastWord(std::string_view& text) {
  const auto begin = std::find_if_not(text.rbegin(), text.rend(), IsWordCharacter).base();
  const std::string_view word = text.substr(static_cast<std::size_t>(begin - text.begin()));
  text.remove_suffix(word.size());
  return word;
}

// The dotted name that ends `text`, whatever blanks are in it, and what is before it.
std::string TakeLastName(std::string_view& text) {
  std::string name(TakeLastWord(text));
  for (;;) {
    DropBlanks(text);
    if (!text.ends_with('.')) return name;
    text.remove_suffix(1);
    DropBlanks(text);
    name.insert(0, ".").insert(0, TakeLastWord(text));
  }
}

// Empty: the parenthesis that follows `before` only groups.
absl::StatusOr<std::string> CallBefore(std::string_view before) {
  DropBlanks(before);
  if (before.empty() || kOperators.find(before.back()) != std::string_view::npos) return "";
  if (!IsWordCharacter(before.back())) {
    return absl::InvalidArgumentError(
        absl::StrCat("calls what ends with '", std::string(1, before.back()), "'"));
  }
  const std::string name = TakeLastName(before);
  if (kKeywords.count(name) > 0) return "";
  const std::string_view before_name = TakeLastWord(before);
  if (before_name == "def") return "def " + name;
  if (before_name == "class") return "class";
  const std::size_t dot = name.rfind('.');
  if (dot == std::string::npos || kNamespaces.count(name.substr(0, name.find('.'))) > 0)
    return name;
  return name.substr(dot);
}

}  // namespace

absl::StatusOr<std::set<std::string>> CallsOf(std::string_view code) {
  if (const auto strange = std::find_if(code.begin(), code.end(), IsStrange);
      strange != code.end()) {
    return absl::InvalidArgumentError(
        absl::StrCat("has the byte ", static_cast<int>(static_cast<unsigned char>(*strange))));
  }
  std::set<std::string> calls;
  for (std::size_t at = code.find('('); at != std::string_view::npos; at = code.find('(', at + 1)) {
    absl::StatusOr<std::string> call = CallBefore(code.substr(0, at));
    if (!call.ok()) return call.status();
    if (!call->empty()) calls.insert(*std::move(call));
  }
  return calls;
}

}  // namespace quartet
