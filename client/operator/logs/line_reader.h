// Lines of a stream in bounded memory.
#ifndef QUARTET_CLIENT_OPERATOR_LOGS_LINE_READER_H_
#define QUARTET_CLIENT_OPERATOR_LOGS_LINE_READER_H_

#include <cstddef>
#include <istream>
#include <optional>
#include <string>
#include <string_view>

namespace quartet {

// `in` outlives it. Of a line that is longer than `longest` bytes the rest is dropped.
class LineReader {
 public:
  static constexpr std::size_t kLongest = 1 << 20;

  explicit LineReader(std::istream& in, std::size_t longest = kLongest);

  // Without its end; valid until the next call. A last line needs no end. nullopt: no more lines.
  std::optional<std::string_view> Next();

 private:
  // Reads on when all is used. False at the end of the stream.
  bool Fill();

  std::istream& in_;
  const std::size_t longest_;
  std::string chunk_;
  std::string_view unread_;  // of the chunk
  std::string line_;         // one that began in an earlier chunk
};

}  // namespace quartet

#endif  // QUARTET_CLIENT_OPERATOR_LOGS_LINE_READER_H_
