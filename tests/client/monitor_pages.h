// Pages of metrics of a server that is being watched.
#ifndef QUARTET_TESTS_CLIENT_MONITOR_PAGES_H_
#define QUARTET_TESTS_CLIENT_MONITOR_PAGES_H_

#include <catch2/catch.hpp>
#include <map>
#include <string>

#include "operator/monitor/watched_server.h"

namespace quartet {

using Values = std::map<std::string, double>;

inline constexpr WatchedServer::Time kStart{std::chrono::hours(1)};

inline WatchedServer::Time At(double seconds) {
  return kStart + std::chrono::duration_cast<WatchedServer::Time::duration>(
                      std::chrono::duration<double>(seconds));
}

inline const std::string kOkCalls =
    "grpc_server_handled_total{grpc_method=\"Embed\",grpc_code=\"OK\"}";
inline const std::string kInternalCalls =
    "grpc_server_handled_total{grpc_method=\"Embed\",grpc_code=\"Internal\"}";

inline std::string Bucket(const std::string& name, const std::string& bound) {
  const std::string method = name.starts_with("grpc_") ? "grpc_method=\"Embed\"," : "";
  return name + "_bucket{" + method + "le=\"" + bound + "\"}";
}

// A ready server with 400 MB and two cores, and some values of its own.
inline MetricsPage WatchedPage(const Values& own = {}) {
  Values values = {
      {"quartet_alive", 1},
      {"quartet_ready", 1},
      {"quartet_model_info{name=\"mini\",precision=\"int8\"}", 1},
      {"quartet_build_info{version=\"0.1.0\"}", 1},
      {"quartet_cgroup_memory_working_set_bytes", 2e8},
      {"quartet_cgroup_memory_limit_bytes", 4e8},
      {"quartet_cgroup_cpu_limit_cores", 2},
      {"quartet_heap_kept_bytes", 2.5e6},
      {"process_resident_memory_bytes", 1.5e8},
      {"process_start_time_seconds", 1000},
  };
  for (const auto& [name, value] : own) values[name] = value;
  std::string text;
  for (const auto& [name, value] : values) text += name + " " + std::to_string(value) + "\n";
  absl::StatusOr<MetricsPage> page = MetricsPage::Parse(text);
  REQUIRE(page.ok());
  return *std::move(page);
}

// Scraped at 0 s without any value of its own, and at 10 s with these.
inline WatchedServer Watched(const Values& grown) {
  WatchedServer server;
  server.Add(WatchedPage(), At(0));
  server.Add(WatchedPage(grown), At(10));
  return server;
}

}  // namespace quartet

#endif  // QUARTET_TESTS_CLIENT_MONITOR_PAGES_H_
