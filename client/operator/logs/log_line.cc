#include "operator/logs/log_line.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <nlohmann/json.hpp>
#include <utility>

namespace quartet {
namespace {

constexpr std::size_t kTimeSize = std::string_view("2026-11-24T02:04:27.123Z").size();

// On one line, and harmless on a terminal.
std::string TextOf(const nlohmann::json& value) {
  std::string text = value.is_string()
                         ? value.get<std::string>()
                         : value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  const auto is_control = [](unsigned char byte) { return std::iscntrl(byte) != 0; };
  std::replace_if(text.begin(), text.end(), is_control, ' ');
  return text;
}

nlohmann::json ParseObject(std::string_view text) {
  return nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
}

// Takes a field out; empty where there is none.
std::string Take(std::map<std::string, std::string>& fields, const std::string& name) {
  const auto node = fields.extract(name);
  return node.empty() ? std::string() : node.mapped();
}

}  // namespace

std::optional<LogLine> ParseLogLine(std::string_view line) {
  const std::size_t begin = line.find('{');
  if (begin == std::string_view::npos) return std::nullopt;
  nlohmann::json json = ParseObject(line.substr(begin));
  if (json.is_object() && json.contains("log") && json["log"].is_string()) {
    json = ParseObject(json["log"].get<std::string>());
  }
  if (!json.is_object() || !json.contains("level") || !json.contains("event")) return std::nullopt;
  LogLine parsed;
  for (const auto& [name, value] : json.items()) parsed.fields[name] = TextOf(value);
  parsed.time = Take(parsed.fields, "time");
  parsed.level = Take(parsed.fields, "level");
  parsed.event = Take(parsed.fields, "event");
  return parsed;
}

bool IsTextLogLine(std::string_view line) {
  constexpr std::array kLevels = {" debug ", " info ", " warning ", " error "};
  if (line.size() <= kTimeSize || line[4] != '-' || line[kTimeSize - 1] != 'Z') return false;
  return std::any_of(kLevels.begin(), kLevels.end(), [&](std::string_view level) {
    return line.substr(kTimeSize).starts_with(level);
  });
}

}  // namespace quartet
