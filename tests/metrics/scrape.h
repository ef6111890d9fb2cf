// Values of a scraped page.
#ifndef QUARTET_TESTS_METRICS_SCRAPE_H_
#define QUARTET_TESTS_METRICS_SCRAPE_H_

#include <sstream>
#include <string>

namespace quartet {

// The value of the line that starts with `name` (labels included) and a blank; "" without one.
inline std::string ValueOf(const std::string& page, const std::string& name) {
  std::istringstream lines(page);
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind(name + " ", 0) == 0) return line.substr(name.size() + 1);
  }
  return "";
}

}  // namespace quartet

#endif  // QUARTET_TESTS_METRICS_SCRAPE_H_
