#include "rpc/embed_request_parser.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include <string_view>

#include "absl/strings/str_cat.h"
#include "core/error_detail.h"
#include "rpc/utf8.h"

namespace quartet {
namespace {

using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;

absl::Status NotAMessage(std::size_t size) {
  return absl::InvalidArgumentError(absl::StrCat(
      "the request is not a valid quartet.v1.EmbedRequest message of ", size, " bytes"));
}

absl::Status CheckText(std::string_view text, std::size_t index, const RequestLimits& limits) {
  if (text.empty()) return InvalidField(TextField(index), "is empty; a text has at least 1 byte");
  if (text.size() > limits.max_text_bytes) {
    return InvalidField(TextField(index), absl::StrCat("has ", text.size(), " bytes, the limit is ",
                                                       limits.max_text_bytes));
  }
  if (const auto offset = FirstInvalidUtf8(text)) {
    return InvalidField(TextField(index), absl::StrCat("is not valid UTF-8 at byte ", *offset));
  }
  return absl::OkStatus();
}

// Calls `visit(text, index)` for each text on the wire. False: the bytes are no message.
template <class Visitor>
bool ForEachText(const std::string& bytes, Visitor visit) {
  CodedInputStream input(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                         static_cast<int>(bytes.size()));
  constexpr std::uint32_t kTextTag =
      (v1::EmbedRequest::kTextsFieldNumber << 3) | WireFormatLite::WIRETYPE_LENGTH_DELIMITED;
  std::size_t index = 0;
  while (const std::uint32_t tag = input.ReadTag()) {
    if (tag != kTextTag) {
      if (!WireFormatLite::SkipField(&input, tag)) return false;
      continue;
    }
    int length = 0;
    if (!input.ReadVarintSizeAsInt(&length)) return false;
    const int start = input.CurrentPosition();
    if (!input.Skip(length)) return false;
    visit(std::string_view(bytes).substr(static_cast<std::size_t>(start),
                                         static_cast<std::size_t>(length)),
          index++);
  }
  return input.ConsumedEntireMessage();
}

absl::Status CheckTexts(const std::string& bytes, const RequestLimits& limits) {
  std::size_t count = 0;
  absl::Status first_error;
  const bool is_message = ForEachText(bytes, [&](std::string_view text, std::size_t index) {
    count = index + 1;
    if (first_error.ok() && count <= limits.max_texts) first_error = CheckText(text, index, limits);
  });
  if (!is_message) return NotAMessage(bytes.size());
  if (count == 0) return InvalidField("texts", "is empty; a request has at least 1 text");
  if (count > limits.max_texts) {
    return InvalidField("texts",
                        absl::StrCat("has ", count, " texts, the limit is ", limits.max_texts));
  }
  return first_error;
}

}  // namespace

absl::StatusOr<v1::EmbedRequest> ParseEmbedRequest(const std::string& bytes,
                                                   const RequestLimits& limits) {
  if (absl::Status status = CheckTexts(bytes, limits); !status.ok()) return status;
  v1::EmbedRequest request;
  if (!request.ParseFromString(bytes)) return NotAMessage(bytes.size());
  return request;
}

}  // namespace quartet
