#include "http/http_server.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <optional>
#include <thread>
#include <utility>

#include "calls/in_flight.h"
#include "http/connection_pool.h"
#include "http/http_connection.h"
#include "http/http_exchange.h"

namespace quartet {
namespace {

// Longer than clients keep idle connections (httpx: 5 s), so that they, and not we, close them.
constexpr Duration kMaxIdle = std::chrono::seconds(15);
// A connection that has just come may take this long to ask, whoever waits.
constexpr Duration kFirstWait = std::chrono::milliseconds(500);
constexpr Duration kLastArrivals = std::chrono::seconds(1);
constexpr Duration kAcceptPause = std::chrono::milliseconds(10);

}  // namespace

class HttpServer::Listener {
 public:
  Listener(const Options& options, HttpApi& api) : options_(options), api_(api), exchange_(api) {}

  ~Listener() {
    StopTaking();
    if (acceptor_.joinable()) acceptor_.join();
  }

  absl::Status Listen() {
    const auto listening = exchange_.Listen(options_.address);
    if (!listening.ok()) return listening.status();
    socket_ = listening->socket;
    port_ = listening->port;
    pool_.emplace(options_.threads, [this](int socket) { Serve(socket); });
    acceptor_ = std::thread([this] { Accept(); });
    return absl::OkStatus();
  }

  int port() const { return port_; }

  void StopTaking() {
    if (is_stopping_.exchange(true)) return;
    api_.StopTaking();
    if (socket_ >= 0) ::shutdown(socket_, SHUT_RDWR);  // accept returns
  }

  bool WaitUntilAnswered(TimePoint deadline) {
    const bool all_answered = taken_.WaitUntilZero(deadline);
    if (!all_answered) api_.CancelAll();
    // Those that are just arriving are told no; whoever trickles is not waited for.
    arriving_.WaitUntilZero(std::min(deadline, std::chrono::steady_clock::now() + kLastArrivals));
    is_cut_ = true;
    return all_answered;
  }

 private:
  void Accept() {
    while (!is_stopping_) {
      const int socket = ::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC);
      if (socket < 0) {
        // The client has gone, or the system is short of something.
        if (!is_stopping_) std::this_thread::sleep_for(kAcceptPause);
        continue;
      }
      const int yes = 1;
      setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
      pool_->Add(socket);
    }
  }

  void Serve(int socket) {
    HttpConnection connection(socket, is_cut_);
    const TimePoint born = std::chrono::steady_clock::now();
    const auto is_stopping = [this] { return is_stopping_.load(); };
    const auto is_unwanted = [this] { return is_stopping_ || pool_->IsWanted(); };
    bool goes_on = true;
    while (goes_on && (connection.WaitForRequest(kFirstWait, is_stopping) ||
                       connection.WaitForRequest(kMaxIdle, is_unwanted))) {
      arriving_.Add();
      const bool is_last = is_unwanted() || IsOld(std::chrono::steady_clock::now() - born);
      goes_on = exchange_.Run(connection, is_last, taken_);
      arriving_.Remove();
    }
  }

  bool IsOld(Duration age) const {
    return options_.max_connection_age > Duration::zero() && age > options_.max_connection_age;
  }

  const Options options_;
  HttpApi& api_;
  HttpExchange exchange_;
  int socket_ = -1;
  int port_ = 0;
  std::atomic<bool> is_stopping_ = false;
  std::atomic<bool> is_cut_ = false;
  InFlight arriving_;                   // requests of which a byte has come
  InFlight taken_;                      // of these, the ones that have come whole
  std::optional<ConnectionPool> pool_;  // joins its threads before what they use goes
  std::thread acceptor_;
};

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Create(const Options& options,
                                                               HttpApi& api) {
  auto listener = std::make_unique<Listener>(options, api);
  if (absl::Status status = listener->Listen(); !status.ok()) return status;
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(listener)));
}

HttpServer::HttpServer(std::unique_ptr<Listener> listener) : listener_(std::move(listener)) {}

HttpServer::~HttpServer() = default;

int HttpServer::port() const { return listener_->port(); }

void HttpServer::StopTaking() { listener_->StopTaking(); }

bool HttpServer::WaitUntilAnswered(TimePoint deadline) {
  return listener_->WaitUntilAnswered(deadline);
}

}  // namespace quartet
