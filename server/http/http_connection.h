// One connection of the HTTP port, as httplib reads requests from it.
#ifndef QUARTET_HTTP_HTTP_CONNECTION_H_
#define QUARTET_HTTP_HTTP_CONNECTION_H_

#include <httplib.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <string>

#include "core/clock.h"

namespace quartet {

// A request may take so many bytes and so much time, however slowly it trickles in. httplib's own
// limits are for one line, for a body's declared length and for the time between two bytes: a
// thousand times a thousand small headers are within them.
struct RequestAllowance {
  std::size_t header_bytes = std::size_t{32} << 10;                           // the first line too
  std::size_t body_bytes = (std::size_t{1} << 20) + (std::size_t{64} << 10);  // as it is framed
  Duration time = std::chrono::seconds(10);
};

// What a request had too much of.
enum class Overrun { kNone, kHeaderBytes, kBodyBytes, kTime };

// Used by one thread.
class HttpConnection final : public httplib::Stream {
 public:
  // Owns the socket. Once `is_cut` is true nothing is waited for any more: reads and writes fail.
  HttpConnection(int socket, const std::atomic<bool>& is_cut);
  // Closes it, so that what was answered is not lost with what was not read.
  ~HttpConnection() override;

  // False: none came in that time, the peer has gone, or `give_up` said so, which is asked some
  // times a second.
  bool WaitForRequest(Duration time, const std::function<bool()>& give_up);

  // From here on the allowance counts; from BeginBody on that of the body.
  void BeginRequest(const RequestAllowance& allowance);
  void BeginBody();
  Overrun overrun() const { return overrun_; }

  // What follows this request is not to be read as the next one.
  void CloseAfterRequest() { is_spent_ = true; }
  bool IsSpent() const { return is_spent_; }

  // The peer has hung up.
  bool IsGone() const;

  // Address and port.
  const std::string& peer() const { return peer_; }

  // Of httplib::Stream.
  bool is_readable() const override { return true; }
  bool is_writable() const override { return true; }
  ssize_t read(char* bytes, size_t size) override;
  ssize_t write(const char* bytes, size_t size) override;
  void get_remote_ip_and_port(std::string& ip, int& port) const override;
  void get_local_ip_and_port(std::string& ip, int& port) const override;
  // httplib only looks whether select could take it. We poll.
  socket_t socket() const override { return -1; }

 private:
  bool PollUntil(short events, TimePoint deadline) const;
  bool Fill();
  bool Overran(Overrun what);
  void Linger();

  const int socket_;
  const std::atomic<bool>& is_cut_;
  const std::string peer_;
  bool is_spent_ = false;
  RequestAllowance allowance_;
  bool is_in_body_ = false;
  std::size_t bytes_left_ = 0;
  TimePoint read_until_{};
  Overrun overrun_ = Overrun::kNone;
  std::array<char, 4096> buffer_;
  std::size_t begin_ = 0;  // of what was received and not yet read
  std::size_t end_ = 0;
};

}  // namespace quartet

#endif  // QUARTET_HTTP_HTTP_CONNECTION_H_
