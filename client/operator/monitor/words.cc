#include "operator/monitor/words.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace quartet {

std::string Milliseconds(std::optional<double> seconds) {
  return seconds ? absl::StrFormat("%.1f ms", *seconds * 1e3) : "-";
}

std::string Megabytes(double bytes) {
  return absl::StrFormat("%.*f MB", bytes < 1e7 ? 1 : 0, bytes / 1e6);
}

std::string Age(double seconds) {
  // The other machine's clock may be ahead of this one's.
  const auto whole = static_cast<long>(std::max(seconds, 0.0));
  const long minutes = whole / 60;
  const long hours = minutes / 60;
  if (hours >= 24) return absl::StrCat(hours / 24, " d ", hours % 24, " h");
  if (hours > 0) return absl::StrCat(hours, " h ", minutes % 60, " min");
  return minutes > 0 ? absl::StrCat(minutes, " min") : absl::StrCat(whole, " s");
}

std::string Printable(std::string text) {
  std::replace_if(
      text.begin(), text.end(),
      [](char c) { return absl::ascii_iscntrl(static_cast<unsigned char>(c)); }, '?');
  return text;
}

std::string NoMetrics(const WatchedServer& server, WatchedServer::Time now) {
  const std::optional<double> age = server.SecondsSinceScrape(now);
  return age ? absl::StrCat("no metrics for ", Age(*age)) : "no metrics yet";
}

}  // namespace quartet
