// What a server is and what it uses, from its metrics. Pure.
#ifndef QUARTET_CLIENT_OPERATOR_REPORT_SERVER_FACTS_H_
#define QUARTET_CLIENT_OPERATOR_REPORT_SERVER_FACTS_H_

#include <map>
#include <optional>
#include <string>

#include "operator/interval.h"
#include "operator/metrics_page.h"

namespace quartet {

// Empty or 0 where the page lacks it.
struct Identity {
  std::string version;
  std::string model;
  std::string revision;
  std::string fingerprint;
  std::string precision;
  std::string tokenizer;
  double start_time = 0;                  // seconds since 1970, by the server's clock
  double uptime = 0;                      // seconds, by the clock of whoever asks
  std::map<std::string, double> startup;  // seconds by phase; `total`
};

// `now`: seconds since 1970.
Identity IdentityOf(const MetricsPage& page, double now);

// Bytes, cores and seconds. Limits are infinity where there is none.
struct Resources {
  double working_set = 0;
  double worst_working_set = 0;  // of the two scrapes; no higher one is known
  double memory_limit = 0;
  double resident = 0;
  double heap_kept = 0;
  double cores = 0;  // used, on average between the scrapes
  double cpu_limit = 0;
  std::optional<double> throttled;  // part of the periods with a quota; nullopt: none
  double descriptors = 0;
  double descriptor_limit = 0;
  double threads = 0;
  std::map<std::string, double> pressure;       // seconds between the scrapes, by resource
  std::map<std::string, double> memory_events;  // of the control group's life
};

Resources ResourcesOf(const Interval& interval, const MetricsPage& before,
                      const MetricsPage& after);

}  // namespace quartet

#endif  // QUARTET_CLIENT_OPERATOR_REPORT_SERVER_FACTS_H_
