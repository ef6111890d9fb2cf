// A request and its answer as HTTP has them, without the library that carries them.
#ifndef QUARTET_HTTP_HTTP_MESSAGE_H_
#define QUARTET_HTTP_HTTP_MESSAGE_H_

#include <string>
#include <utility>
#include <vector>

namespace quartet {

// What we look at of a request. Headers that are not there are empty.
struct HttpRequest {
  std::string content_type;
  std::string content_encoding;
  std::string authorization;
  std::string request_id;
  std::string connection;  // the peer's address and port
  std::string body;        // as it was sent
};

struct HttpAnswer {
  int status = 200;
  std::string body = {};                                          // JSON
  std::vector<std::pair<std::string, std::string>> headers = {};  // without type and length
};

}  // namespace quartet

#endif  // QUARTET_HTTP_HTTP_MESSAGE_H_
