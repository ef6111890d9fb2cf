#include "http/http_connection.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "absl/strings/str_cat.h"

namespace quartet {
namespace {

using std::chrono::steady_clock;

constexpr Duration kLookPeriod = std::chrono::milliseconds(50);
constexpr Duration kWriteTime = std::chrono::seconds(10);
constexpr Duration kLingerTime = std::chrono::seconds(1);
constexpr std::size_t kLingerBytes = std::size_t{16} << 20;

// Numbers of the other end of a socket.
std::string PeerOf(int socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  std::array<char, NI_MAXHOST> host{};
  std::array<char, NI_MAXSERV> port{};
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (getpeername(socket, generic, &size) != 0 ||
      getnameinfo(generic, size, host.data(), host.size(), port.data(), port.size(),
                  NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
    return "unknown";
  }
  return absl::StrCat(host.data(), ":", port.data());
}

}  // namespace

HttpConnection::HttpConnection(int socket, const std::atomic<bool>& is_cut)
    : socket_(socket), is_cut_(is_cut), peer_(PeerOf(socket)) {}

HttpConnection::~HttpConnection() {
  ::shutdown(socket_, SHUT_WR);
  if (is_spent_) Linger();
  ::close(socket_);
}

// Until there is something to do; false: it is too late, or the connection was cut.
bool HttpConnection::PollUntil(short events, TimePoint deadline) const {
  while (!is_cut_) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(
        std::min(deadline - steady_clock::now(), kLookPeriod));
    if (left.count() <= 0) return false;
    pollfd poll_for = {.fd = socket_, .events = events, .revents = 0};
    const int ready = ::poll(&poll_for, 1, static_cast<int>(left.count()));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
  return false;
}

bool HttpConnection::WaitForRequest(Duration time, const std::function<bool()>& give_up) {
  if (begin_ < end_) return true;
  const TimePoint end = steady_clock::now() + time;
  while (!PollUntil(POLLIN, std::min(end, steady_clock::now() + kLookPeriod))) {
    if (is_cut_ || give_up() || steady_clock::now() >= end) return false;
  }
  return true;
}

void HttpConnection::BeginRequest(const RequestAllowance& allowance) {
  allowance_ = allowance;
  is_in_body_ = false;
  bytes_left_ = allowance.header_bytes;
  read_until_ = steady_clock::now() + allowance.time;
}

void HttpConnection::BeginBody() {
  is_in_body_ = true;
  bytes_left_ = allowance_.body_bytes;
}

bool HttpConnection::IsGone() const {
  pollfd poll_for = {.fd = socket_, .events = POLLRDHUP, .revents = 0};
  return ::poll(&poll_for, 1, 0) > 0;
}

ssize_t HttpConnection::read(char* bytes, size_t size) {
  if (begin_ == end_ && !Fill()) return is_spent_ ? -1 : 0;
  const std::size_t count = std::min(size, end_ - begin_);
  std::memcpy(bytes, buffer_.data() + begin_, count);
  begin_ += count;
  return static_cast<ssize_t>(count);
}

// False: nothing more comes, and if the connection is spent, not because the peer has closed it.
bool HttpConnection::Fill() {
  if (bytes_left_ == 0) return Overran(is_in_body_ ? Overrun::kBodyBytes : Overrun::kHeaderBytes);
  if (!PollUntil(POLLIN, read_until_)) return Overran(Overrun::kTime);
  const ssize_t received =
      ::recv(socket_, buffer_.data(), std::min(buffer_.size(), bytes_left_), 0);
  if (received < 0) is_spent_ = true;
  if (received <= 0) return false;
  begin_ = 0;
  end_ = static_cast<std::size_t>(received);
  bytes_left_ -= end_;
  return true;
}

bool HttpConnection::Overran(Overrun what) {
  overrun_ = what;
  is_spent_ = true;
  return false;
}

// Of httplib: all of it, or -1.
ssize_t HttpConnection::write(const char* bytes, size_t size) {
  const TimePoint deadline = steady_clock::now() + kWriteTime;
  std::size_t sent = 0;
  while (sent < size) {
    if (!PollUntil(POLLOUT, deadline)) return -1;
    const ssize_t count = ::send(socket_, bytes + sent, size - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count > 0) sent += static_cast<std::size_t>(count);
    if (count < 0 && errno != EAGAIN && errno != EINTR) return -1;
  }
  return static_cast<ssize_t>(size);
}

void HttpConnection::get_remote_ip_and_port(std::string& ip, int& port) const {
  ip = peer_;
  port = 0;
}

void HttpConnection::get_local_ip_and_port(std::string& ip, int& port) const {
  ip.clear();
  port = 0;
}

// Closing a socket with unread bytes resets the connection, and the peer loses our answer.
void HttpConnection::Linger() {
  const TimePoint deadline = steady_clock::now() + kLingerTime;
  for (std::size_t left = kLingerBytes; left > 0;) {
    if (!PollUntil(POLLIN, deadline)) return;
    const ssize_t received = ::recv(socket_, buffer_.data(), buffer_.size(), 0);
    if (received <= 0) return;
    left -= std::min(left, static_cast<std::size_t>(received));
  }
}

}  // namespace quartet
