#include "rpc/request_parser.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include <optional>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "core/error_detail.h"

namespace quartet {
namespace {

using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;

absl::Status NotAMessage(const std::string& type, std::size_t size) {
  return absl::InvalidArgumentError(
      absl::StrCat("the request is not a valid ", type, " message of ", size, " bytes"));
}

// Calls `visit(text, index)` for each text on the wire. False: the bytes are no message.
template <class Visitor>
bool ForEachText(const std::string& bytes, int field_number, Visitor visit) {
  CodedInputStream input(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                         static_cast<int>(bytes.size()));
  const std::uint32_t text_tag =
      WireFormatLite::MakeTag(field_number, WireFormatLite::WIRETYPE_LENGTH_DELIMITED);
  std::size_t index = 0;
  while (const std::uint32_t tag = input.ReadTag()) {
    if (tag != text_tag) {
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
  const bool is_message = ForEachText(bytes, v1::EmbedRequest::kTextsFieldNumber,
                                      [&](std::string_view text, std::size_t index) {
                                        count = index + 1;
                                        if (!first_error.ok() || count > limits.max_texts) return;
                                        if (const auto problem = ProblemOf(text, limits)) {
                                          first_error = InvalidField(TextField(index), *problem);
                                        }
                                      });
  if (!is_message) return NotAMessage("quartet.v1.EmbedRequest", bytes.size());
  if (const auto problem = ProblemOfCount(count, limits)) return InvalidField("texts", *problem);
  return first_error;
}

// The one text of a Message, in `field`. Of one that comes more than once the last holds.
template <class Message>
absl::Status CheckLastText(const std::string& bytes, const RequestLimits& limits, int number,
                           const std::string& field) {
  std::string_view last;
  std::optional<std::string> problem;
  const bool is_message = ForEachText(bytes, number, [&](std::string_view text, std::size_t) {
    last = text;
    if (!problem && !text.empty()) problem = ProblemOf(text, limits);
  });
  if (!is_message) return NotAMessage(Message().GetTypeName(), bytes.size());
  if (!problem) problem = ProblemOf(last, limits);
  return problem ? InvalidField(field, *problem) : absl::OkStatus();
}

template <class Message>
absl::StatusOr<Message> ParseChecked(const std::string& bytes, const absl::Status& checked) {
  if (!checked.ok()) return checked;
  Message message;
  if (!message.ParseFromString(bytes)) return NotAMessage(message.GetTypeName(), bytes.size());
  return message;
}

// A message's bytes less those of one field.
std::string Without(int field_number, const std::string& bytes) {
  CodedInputStream input(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                         static_cast<int>(bytes.size()));
  std::string rest;
  while (true) {
    const auto begin = static_cast<std::size_t>(input.CurrentPosition());
    const std::uint32_t tag = input.ReadTag();
    if (tag == 0 || !WireFormatLite::SkipField(&input, tag)) return rest;
    if (WireFormatLite::GetTagFieldNumber(tag) == field_number) continue;
    rest.append(bytes, begin, static_cast<std::size_t>(input.CurrentPosition()) - begin);
  }
}

}  // namespace

absl::StatusOr<v1::EmbedRequest> ParseEmbedRequest(const std::string& bytes,
                                                   const RequestLimits& limits) {
  return ParseChecked<v1::EmbedRequest>(bytes, CheckTexts(bytes, limits));
}

absl::StatusOr<v1::TokenizeRequest> ParseTokenizeRequest(const std::string& bytes,
                                                         const RequestLimits& limits) {
  return ParseChecked<v1::TokenizeRequest>(
      bytes, CheckLastText<v1::TokenizeRequest>(bytes, limits,
                                                v1::TokenizeRequest::kTextFieldNumber, "text"));
}

absl::StatusOr<tei::v1::EmbedRequest> ParseTeiEmbedRequest(const std::string& bytes,
                                                           const RequestLimits& limits) {
  return ParseChecked<tei::v1::EmbedRequest>(
      bytes, CheckLastText<tei::v1::EmbedRequest>(
                 bytes, limits, tei::v1::EmbedRequest::kInputsFieldNumber, "inputs"));
}

absl::StatusOr<tei::v1::EncodeRequest> ParseTeiEncodeRequest(const std::string& bytes,
                                                             const RequestLimits& limits) {
  return ParseChecked<tei::v1::EncodeRequest>(
      bytes, CheckLastText<tei::v1::EncodeRequest>(
                 bytes, limits, tei::v1::EncodeRequest::kInputsFieldNumber, "inputs"));
}

absl::StatusOr<StreamText> ParseEmbedStreamRequest(const std::string& bytes,
                                                   const RequestLimits& limits) {
  absl::Status problem = CheckLastText<v1::EmbedStreamRequest>(
      bytes, limits, v1::EmbedStreamRequest::kTextFieldNumber, "text");
  if (!problem.ok() && !FieldOf(problem)) return problem;
  const bool keeps_text = problem.ok();
  absl::StatusOr<v1::EmbedStreamRequest> message = ParseChecked<v1::EmbedStreamRequest>(
      keeps_text ? bytes : Without(v1::EmbedStreamRequest::kTextFieldNumber, bytes),
      absl::OkStatus());
  if (!message.ok()) return message.status();
  return StreamText{*std::move(message), std::move(problem)};
}

}  // namespace quartet
