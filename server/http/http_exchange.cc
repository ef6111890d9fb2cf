#include "http/http_exchange.h"

#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <exception>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "http/listen_address.h"

namespace quartet {
namespace {

constexpr const char* kJsonType = "application/json";
constexpr const char* kLength = "Content-Length";
constexpr const char* kCoding = "Transfer-Encoding";
constexpr const char* kConnection = "Connection";
constexpr std::size_t kMaxBodyBytes = std::size_t{1} << 20;
constexpr std::size_t kLongestShown = 64;
constexpr std::size_t kMostLengthDigits = 18;
// Connections that the kernel accepts while every thread is busy. httplib asks for 5.
constexpr int kBacklog = 128;
// Less than we keep idle connections, so that clients, and not we, close them.
constexpr const char* kKeepAlive = "timeout=10";

// What httplib's handlers are not told. Each thread runs one exchange at a time.
struct Exchange {
  HttpConnection* connection = nullptr;
  InFlight* taken = nullptr;
  bool is_taken = false;
  std::string content_type;
  std::string content_encoding;
  std::optional<HttpAnswer> refusal;  // instead of the body's reading
};
thread_local Exchange exchange;

HttpAnswer BodyTooLarge() {
  return ErrorAnswer(413, absl::StrCat("body: has more bytes than the limit, ", kMaxBodyBytes));
}

// A body that is too large by its own word, or that somebody else, a proxy before us, would see
// begin or end elsewhere. httplib would read the one to its end; of the other it takes the first
// length, and as much of it as is a number.
std::optional<HttpAnswer> RefusalByHeaders(const httplib::Request& request) {
  const std::string length = request.get_header_value(kLength);
  const std::string coding = request.get_header_value(kCoding);
  if (request.get_header_value_count(kLength) + request.get_header_value_count(kCoding) > 1) {
    return ErrorAnswer(400, "content-length: is not alone, or has a transfer-encoding beside it");
  }
  if (request.has_header(kCoding) && strcasecmp(coding.c_str(), "chunked") != 0) {
    return ErrorAnswer(400, "transfer-encoding: is not 'chunked', the one that is taken");
  }
  const bool is_number = !length.empty() && length.size() <= kMostLengthDigits &&
                         length.find_first_not_of("0123456789") == std::string::npos;
  if (request.has_header(kLength) && !is_number) {
    return ErrorAnswer(400, "content-length: is not a number of bytes");
  }
  if (is_number && std::stoull(length) > kMaxBodyBytes) return BodyTooLarge();
  return std::nullopt;
}

void CloseAfter(httplib::Request& request) {
  exchange.connection->CloseAfterRequest();
  request.headers.erase(kConnection);
  request.headers.emplace(kConnection, "close");  // httplib answers with the same
}

// After the headers. What httplib would act upon, and we don't want acted upon, goes: compressed
// bodies (a megabyte may hold a gigabyte), forms, compressed and partial answers.
void Disarm(httplib::Request& request) {
  exchange.connection->BeginBody();
  exchange.content_type = request.get_header_value("Content-Type");
  exchange.content_encoding = request.get_header_value("Content-Encoding");
  exchange.refusal = RefusalByHeaders(request);
  for (const char* name : {"Content-Type", "Content-Encoding", "Accept-Encoding"}) {
    request.headers.erase(name);
  }
  request.ranges.clear();
  const bool has_body = request.has_header(kLength) || request.has_header(kCoding);
  // Else something of a body may be left, which is no request: httplib stops reading pieces,
  // without an error, where one is not as long as it says; of a GET it reads no body; a length that
  // it does not understand is none.
  const bool is_plain = request.method == "POST"
                            ? request.has_header(kLength)
                            : !has_body && (request.method == "GET" || request.method == "HEAD");
  if (!is_plain || exchange.refusal.has_value()) CloseAfter(request);
  // Without a length httplib waits for the end of the connection; RFC 9112 (6.3) has no body then.
  if (!has_body) request.headers.emplace(kLength, "0");
}

HttpRequest RequestOf(const httplib::Request& request) {
  return {.content_type = exchange.content_type,
          .content_encoding = exchange.content_encoding,
          .authorization = request.get_header_value("Authorization"),
          .request_id = request.get_header_value("x-request-id"),
          .connection = exchange.connection->peer(),
          .body = request.body};
}

void Write(const HttpAnswer& answer, httplib::Response& response) {
  response.status = answer.status;
  for (const auto& [name, value] : answer.headers) response.set_header(name, value);
  response.set_content(answer.body, kJsonType);
}

std::string NotServed(const httplib::Request& request) {
  std::string path = request.path.substr(0, kLongestShown);
  if (path.size() < request.path.size()) path += "...";
  return absl::StrCat(request.method, " ", path, " is not served");
}

// What httplib refuses by itself, with a status that is its own or says more.
HttpAnswer RefusalOf(int status, const httplib::Request& request) {
  constexpr RequestAllowance kAllowance;
  switch (exchange.connection->overrun()) {
    case Overrun::kHeaderBytes:
      return ErrorAnswer(
          431, absl::StrCat("headers: have more bytes than the limit, ", kAllowance.header_bytes));
    case Overrun::kTime:
      return ErrorAnswer(408, "the request took longer than the limit, 10 s, to arrive");
    case Overrun::kBodyBytes:
      status = 413;
      break;
    case Overrun::kNone:
      break;
  }
  if (status == 404) return ErrorAnswer(404, NotServed(request));
  if (status == 413) return BodyTooLarge();
  if (status == 414) {
    return ErrorAnswer(
        414, absl::StrCat("path: is longer than the limit, ", CPPHTTPLIB_REQUEST_URI_MAX_LENGTH));
  }
  return ErrorAnswer(status, "the request is not HTTP/1.1 that can be read");
}

void Refuse(const httplib::Request& request, httplib::Response& response) {
  if (!response.body.empty()) return;
  Write(RefusalOf(response.status, request), response);
  if (response.status == 404) return;
  exchange.connection->CloseAfterRequest();
  response.headers.erase(kConnection);
  response.set_header(kConnection, "close");
}

}  // namespace

HttpExchange::HttpExchange(HttpApi& api) {
  set_payload_max_length(kMaxBodyBytes);
  // Not httplib's SO_REUSEPORT: two servers on one port would share it silently.
  set_socket_options([](socket_t socket) {
    const int yes = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  });
  set_pre_routing_handler([](const httplib::Request&, httplib::Response& response) {
    if (!exchange.refusal) return HandlerResponse::Unhandled;
    Write(*exchange.refusal, response);
    return HandlerResponse::Handled;
  });
  set_expect_100_continue_handler([](const httplib::Request&, httplib::Response& response) {
    if (!exchange.refusal) return 100;
    Write(*exchange.refusal, response);
    return response.status;
  });
  set_error_handler(httplib::Server::Handler(&Refuse));
  set_exception_handler(
      [](const httplib::Request&, httplib::Response& response, const std::exception_ptr&) {
        Write(ErrorAnswer(500, "the server failed to answer"), response);
      });
  // httplib tells its own server's habits.
  set_post_routing_handler([](const httplib::Request&, httplib::Response& response) {
    if (response.headers.erase("Keep-Alive") > 0 && !response.has_header(kConnection)) {
      response.set_header("Keep-Alive", kKeepAlive);
    }
  });
  for (const HttpRoute& route : HttpApi::Routes()) {
    const auto handler = [&api, &route](const httplib::Request& request,
                                        httplib::Response& response) {
      const HttpConnection* connection = exchange.connection;
      exchange.taken->Add();
      exchange.is_taken = true;
      Write(api.Answer(route, RequestOf(request), [=] { return connection->IsGone(); }), response);
    };
    const std::string path(route.path());
    route.is_post() ? Post(path, handler) : Get(path, handler);
  }
}

HttpExchange::~HttpExchange() {
  if (svr_sock_ != INVALID_SOCKET) ::close(svr_sock_);
}

absl::StatusOr<HttpExchange::Listening> HttpExchange::Listen(const std::string& address) {
  const absl::StatusOr<ListenAddress> parsed = ParseListenAddress(address);
  if (!parsed.ok()) return parsed.status();
  int port = parsed->port;
  const bool is_bound =
      port == 0 ? (port = bind_to_any_port(parsed->host)) > 0 : bind_to_port(parsed->host, port);
  if (!is_bound || ::listen(svr_sock_, kBacklog) != 0) {
    return absl::UnavailableError(absl::StrCat("can't listen on ", address, " for HTTP"));
  }
  return Listening{svr_sock_, port};
}

bool HttpExchange::Run(HttpConnection& connection, bool is_last, InFlight& taken) {
  exchange.connection = &connection;
  exchange.taken = &taken;
  exchange.is_taken = false;
  connection.BeginRequest({});
  bool closes = is_last;
  bool goes_on = false;
  try {
    goes_on = process_request(connection, is_last, closes, &Disarm);
  } catch (const std::exception&) {
    connection.CloseAfterRequest();  // out of memory while the headers were read
  }
  if (exchange.is_taken) taken.Remove();
  return goes_on && !closes && !connection.IsSpent();
}

}  // namespace quartet
