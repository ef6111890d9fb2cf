#include "operator/scrape.h"

#include "absl/strings/str_cat.h"
#include "operator/http_get.h"

namespace quartet {

absl::StatusOr<MetricsPage> Scrape(const std::string& address) {
  const absl::StatusOr<std::string> page = HttpGet(absl::StrCat("http://", address, "/metrics"));
  if (!page.ok()) return page.status();
  return MetricsPage::Parse(*page);
}

}  // namespace quartet
