#include "operator/scrape.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "operator/http_get.h"

namespace quartet {

absl::StatusOr<MetricsPage> Scrape(const std::string& address, std::stop_token stop) {
  const absl::StatusOr<std::string> page =
      HttpGet(absl::StrCat("http://", address, "/metrics"), std::move(stop));
  if (!page.ok()) return page.status();
  return MetricsPage::Parse(*page);
}

}  // namespace quartet
