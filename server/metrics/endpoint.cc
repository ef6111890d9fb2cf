#include "metrics/endpoint.h"

#include <CivetServer.h>

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

namespace quartet {
namespace {

// A worker holds a connection for its whole life: with civetweb's default time-out, a few slow
// peers would starve every scrape for half a minute.
const std::vector<std::string> kLimits = {"num_threads", "4", "request_timeout_ms", "5000"};

// Prometheus 3 asks for a version.
constexpr const char* kMetricsType = "text/plain; version=0.0.4; charset=utf-8";
constexpr const char* kPlainType = "text/plain; charset=utf-8";

class PageHandler final : public CivetHandler {
 public:
  struct Page {
    const char* status;  // of HTTP
    const char* type;
    std::string content;
  };
  explicit PageHandler(std::function<Page()> page) : page_(std::move(page)) {}

  bool handleGet(CivetServer* /*server*/, mg_connection* connection) override {
    const Page page = page_();
    const std::string answer = absl::StrCat(
        "HTTP/1.1 ", page.status, "\r\nContent-Type: ", page.type,
        "\r\nContent-Length: ", page.content.size(), "\r\nConnection: close\r\n\r\n", page.content);
    mg_write(connection, answer.data(), answer.size());
    return true;
  }

 private:
  const std::function<Page()> page_;
};

PageHandler::Page ProbePage(bool good) {
  return good ? PageHandler::Page{"200 OK", kPlainType, "ok\n"}
              : PageHandler::Page{"503 Service Unavailable", kPlainType, "not serving\n"};
}

class ScrapeGuard final : public CivetAuthHandler {
 public:
  explicit ScrapeGuard(std::function<bool(std::string_view)> may_scrape)
      : may_scrape_(std::move(may_scrape)) {}

  bool authorize(CivetServer* /*server*/, mg_connection* connection) override {
    const char* header = mg_get_header(connection, "Authorization");
    if (may_scrape_(header == nullptr ? "" : header)) return true;
    const std::string_view answer =
        "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"quartet\"\r\n"
        "Content-Length: 0\r\nConnection: close\r\n\r\n";
    mg_write(connection, answer.data(), answer.size());
    return false;
  }

 private:
  const std::function<bool(std::string_view)> may_scrape_;
};

std::vector<std::string> OptionsOf(const std::string& address) {
  std::vector<std::string> options = {"listening_ports", address};
  options.insert(options.end(), kLimits.begin(), kLimits.end());
  return options;
}

}  // namespace

class MetricsEndpoint::HttpServer {
 public:
  HttpServer(const std::string& address, const Pages& pages)
      : metrics_([get = pages.metrics] {
          return PageHandler::Page{"200 OK", kMetricsType, get()};
        }),
        alive_([get = pages.alive] { return ProbePage(get()); }),
        ready_([get = pages.ready] { return ProbePage(get()); }),
        guard_(pages.may_scrape),
        server_(OptionsOf(address)) {
    if (pages.may_scrape) server_.addAuthHandler("/metrics$", guard_);
    server_.addHandler("/metrics$", metrics_);
    server_.addHandler("/healthz$", alive_);
    server_.addHandler("/readyz$", ready_);
  }

  int port() { return server_.getListeningPorts().front(); }

 private:
  PageHandler metrics_;
  PageHandler alive_;
  PageHandler ready_;
  ScrapeGuard guard_;
  CivetServer server_;  // last: its threads use the handlers
};

absl::StatusOr<std::unique_ptr<MetricsEndpoint>> MetricsEndpoint::Create(const std::string& address,
                                                                         const Pages& pages) {
  try {
    auto server = std::make_unique<HttpServer>(address, pages);
    return std::unique_ptr<MetricsEndpoint>(new MetricsEndpoint(std::move(server)));
  } catch (const CivetException& error) {  // it can't bind
    return absl::UnavailableError(
        absl::StrCat("can't serve metrics on ", address, ": ", error.what()));
  }
}

MetricsEndpoint::MetricsEndpoint(std::unique_ptr<HttpServer> server) : server_(std::move(server)) {}

MetricsEndpoint::~MetricsEndpoint() = default;

int MetricsEndpoint::port() const { return server_->port(); }

}  // namespace quartet
