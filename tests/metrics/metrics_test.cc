#include "metrics/metrics.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <cstdlib>
#include <string>
#include <vector>

#include "fakes/temporary_file.h"
#include "metrics/scrape.h"

namespace quartet {
namespace {

using std::chrono::milliseconds;

const std::vector<MethodName> kMethods = {{"s.v1.S", "Embed", MethodType::kUnary}};

TEST_CASE("every stable name is there from the start", "[metrics]") {
  Metrics metrics(kMethods);
  metrics.SetModelInfo({.name = "m", .fingerprint = "f"});
  metrics.SetBuildInfo("1.0");
  const std::string page = metrics.Page();
  for (const std::string name : {"grpc_server_started_total",
                                 "grpc_server_handled_total",
                                 "grpc_server_handling_seconds",
                                 "quartet_queue_items",
                                 "quartet_queue_tokens",
                                 "quartet_queue_seconds",
                                 "quartet_tokenize_seconds",
                                 "quartet_inference_seconds",
                                 "quartet_batch_items",
                                 "quartet_batch_tokens",
                                 "quartet_text_tokens",
                                 "quartet_truncated_total",
                                 "quartet_cache_hits_total",
                                 "quartet_cache_misses_total",
                                 "quartet_cache_entries",
                                 "quartet_cache_bytes",
                                 "quartet_rejected_total",
                                 "quartet_cancelled_total",
                                 "quartet_expired_total",
                                 "quartet_failed_forwards_total",
                                 "quartet_callers_refused_total",
                                 "quartet_client_requests_total",
                                 "quartet_client_refused_total",
                                 "quartet_client_in_flight",
                                 "quartet_tls_handshake_failures_total",
                                 "quartet_draining",
                                 "quartet_ready",
                                 "quartet_alive",
                                 "quartet_queue_oldest_seconds",
                                 "quartet_model_info",
                                 "quartet_model_reloads_total",
                                 "quartet_build_info",
                                 "quartet_startup_seconds",
                                 "process_cpu_seconds_total",
                                 "process_start_time_seconds",
                                 "process_resident_memory_bytes",
                                 "process_heap_bytes",
                                 "quartet_heap_kept_bytes",
                                 "process_virtual_memory_bytes",
                                 "process_virtual_memory_max_bytes",
                                 "process_open_fds",
                                 "process_max_fds",
                                 "process_threads",
                                 "quartet_cgroup_memory_working_set_bytes",
                                 "quartet_cgroup_memory_limit_bytes",
                                 "quartet_cgroup_cpu_limit_cores",
                                 "quartet_cgroup_cpu_periods_total",
                                 "quartet_cgroup_cpu_throttled_periods_total",
                                 "quartet_cgroup_cpu_throttled_seconds_total",
                                 "quartet_cgroup_memory_events_total",
                                 "quartet_cgroup_pressure_seconds_total"}) {
    CHECK_THAT(page, Catch::Contains("# TYPE " + name + " "));
  }
  for (const std::string stage : {"tokenize", "queue"}) {
    CHECK(ValueOf(page, "quartet_expired_total{stage=\"" + stage + "\"}") == "0");
    CHECK(ValueOf(page, "quartet_cancelled_total{stage=\"" + stage + "\"}") == "0");
  }
  CHECK(ValueOf(page, "quartet_startup_seconds{phase=\"self_test\"}") == "0");
}

TEST_CASE("failed forwards, health and the oldest wait are told", "[metrics]") {
  Metrics metrics(kMethods);
  metrics.pipeline().OnBatch({.tokens = 4, .queue_times = {}, .inference = {}, .failed = true});
  CHECK(metrics.pipeline().FailedForwards() == 1);
  metrics.SetReady(true);
  metrics.SetAlive(false);
  metrics.SetOldestWait(milliseconds(250));
  const std::string page = metrics.Page();
  CHECK(ValueOf(page, "quartet_failed_forwards_total") == "1");
  CHECK(ValueOf(page, "quartet_ready") == "1");
  CHECK(ValueOf(page, "quartet_alive") == "0");
  CHECK(ValueOf(page, "quartet_queue_oldest_seconds") == "0.25");
}

TEST_CASE("a scrape shows the model that is served, and no other", "[metrics]") {
  Metrics metrics(kMethods);
  for (const std::string name : {"old", "new", "new"}) {
    metrics.SetModelInfo({.name = name, .fingerprint = name + "-fingerprint"});
  }
  const std::string page = metrics.Page();
  CHECK_THAT(page, Catch::Contains("fingerprint=\"new-fingerprint\"") &&
                       !Catch::Contains("old-fingerprint"));
}

TEST_CASE("what becomes of a wish for another model is counted", "[metrics]") {
  Metrics metrics(kMethods);
  metrics.CountModelReload("refused");
  const std::string page = metrics.Page();
  CHECK(ValueOf(page, "quartet_model_reloads_total{result=\"refused\"}") == "1");
  CHECK(ValueOf(page, "quartet_model_reloads_total{result=\"swapped\"}") == "0");
  CHECK(ValueOf(page, "quartet_model_reloads_total{result=\"unchanged\"}") == "0");
}

TEST_CASE("who is refused, and what became of changed files, is told", "[metrics]") {
  Metrics metrics(kMethods);
  SecurityMetrics& security = metrics.security();
  CHECK_THAT(metrics.Page(), !Catch::Contains("quartet_tls_certificate_expiry_seconds"));
  CHECK_THAT(metrics.Page(), !Catch::Contains("quartet_reload_failed"));
  security.OnRefused(CallerRefusal::kWrongKey);
  security.AddReloadedFiles("tls");
  security.AddReloadedFiles("api_keys");
  security.OnReload("tls", true);
  security.OnReload("api_keys", false);
  security.SetReloadFailed("api_keys", true);
  security.SetCertificateExpiry(1'900'000'000);
  security.SetFailedHandshakes(2);
  security.SetFailedHandshakes(5);
  const std::string page = metrics.Page();
  const std::vector<std::pair<std::string, std::string>> table = {
      {"quartet_callers_refused_total{reason=\"wrong_key\"}", "1"},
      {"quartet_callers_refused_total{reason=\"no_key\"}", "0"},
      {"quartet_reloads_total{files=\"tls\",result=\"accepted\"}", "1"},
      {"quartet_reloads_total{files=\"tls\",result=\"refused\"}", "0"},
      {"quartet_reloads_total{files=\"api_keys\",result=\"refused\"}", "1"},
      {"quartet_reload_failed{files=\"tls\"}", "0"},
      {"quartet_reload_failed{files=\"api_keys\"}", "1"},
      {"quartet_tls_certificate_expiry_seconds", "1900000000"},
      {"quartet_tls_handshake_failures_total", "5"},
  };
  for (const auto& [name, value] : table) {
    INFO(name);
    CHECK(ValueOf(page, name) == value);
  }
}

TEST_CASE("latency buckets reach from 0.25 ms to 10 s and have the alerts' 2 s and 5 s",
          "[metrics]") {
  const std::string page = Metrics(kMethods).Page();
  for (const std::string edge : {"0.00025", "2", "5", "10"}) {
    CHECK(ValueOf(page, "quartet_inference_seconds_bucket{le=\"" + edge + "\"}") == "0");
  }
}

TEST_CASE("what the pipeline tells is what a scrape shows", "[metrics]") {
  Metrics metrics(kMethods);
  PipelineMetrics& pipeline = metrics.pipeline();
  pipeline.OnRejected(RejectReason::kQueueFull);
  pipeline.OnTokenized(14, false, milliseconds(1));
  pipeline.OnTokenized(128, true, milliseconds(1));
  pipeline.OnExpired(Stage::kQueue);
  pipeline.OnCancelled(Stage::kTokenize);
  pipeline.OnQueueChanged(3, 40);
  pipeline.OnCacheLookup(true);
  pipeline.OnCacheLookup(false);
  pipeline.OnCacheLookup(true);
  pipeline.OnCacheChanged({.entries = 5, .bytes = 9'000});
  const std::vector<Duration> queued = {milliseconds(1), milliseconds(3000)};
  pipeline.OnBatch({.tokens = 142, .queue_times = queued, .inference = milliseconds(4)});
  metrics.SetDraining();
  const std::string page = metrics.Page();
  const std::vector<std::pair<std::string, std::string>> table = {
      {"quartet_rejected_total{reason=\"queue_full\"}", "1"},
      {"quartet_text_tokens_sum", "142"},
      {"quartet_truncated_total", "1"},
      {"quartet_tokenize_seconds_count", "2"},
      {"quartet_expired_total{stage=\"queue\"}", "1"},
      {"quartet_expired_total{stage=\"tokenize\"}", "0"},
      {"quartet_cancelled_total{stage=\"tokenize\"}", "1"},
      {"quartet_queue_items", "3"},
      {"quartet_queue_tokens", "40"},
      {"quartet_batch_items_bucket{le=\"1\"}", "0"},
      {"quartet_batch_items_bucket{le=\"2\"}", "1"},
      {"quartet_batch_tokens_sum", "142"},
      {"quartet_inference_seconds_bucket{le=\"0.003\"}", "0"},
      {"quartet_inference_seconds_bucket{le=\"0.005\"}", "1"},
      {"quartet_queue_seconds_bucket{le=\"2\"}", "1"},
      {"quartet_queue_seconds_bucket{le=\"5\"}", "2"},
      {"quartet_cache_hits_total", "2"},
      {"quartet_cache_misses_total", "1"},
      {"quartet_cache_entries", "5"},
      {"quartet_cache_bytes", "9000"},
      {"quartet_draining", "1"},
  };
  for (const auto& [name, value] : table) {
    INFO(name);
    CHECK(ValueOf(page, name) == value);
  }
}

TEST_CASE("promtool finds nothing to complain about", "[metrics]") {
  Metrics metrics(kMethods);
  metrics.SetModelInfo({.name = "m", .fingerprint = "f"});
  metrics.SetBuildInfo("1.0");
  const TemporaryFile page(metrics.Page());
  CHECK(std::system(("promtool check metrics < " + page.path()).c_str()) == 0);
}

}  // namespace
}  // namespace quartet
