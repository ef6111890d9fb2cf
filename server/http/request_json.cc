#include "http/request_json.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/error_detail.h"

namespace quartet {
namespace {

using Json = nlohmann::json;

constexpr const char* kBody = "body";
constexpr std::size_t kLongestShown = 64;
constexpr std::array<std::string_view, 6> kFields = {"question", "questions",  "input",
                                                     "model",    "dimensions", "encoding_format"};

using Counts = std::array<std::size_t, kFields.size()>;

// kFields.size(): none of them.
std::size_t IndexOf(std::string_view field) {
  return static_cast<std::size_t>(std::find(kFields.begin(), kFields.end(), field) -
                                  kFields.begin());
}

// What a client sent, for an error; its size, if it is long.
std::string Shown(const std::string& value) {
  if (value.size() > kLongestShown) return absl::StrCat("has ", value.size(), " bytes");
  return absl::StrCat("is '", value, "'");
}

// A body becomes values, as far as they are of a field that is known. A list's elements beyond
// `most` are dropped, and so is what lies deeper than a list of lists: else small bodies would
// become large values.
class BoundedReader {
 public:
  explicit BoundedReader(std::size_t most) : most_(most) {}

  absl::StatusOr<Json> Read(const std::string& body) {
    try {
      return Json::parse(body, [this](int depth, Json::parse_event_t event, Json& parsed) {
        return Keep(depth, event, parsed);
      });
    } catch (const Json::parse_error& error) {
      return InvalidField(
          kBody, absl::StrCat("is not JSON in UTF-8 at byte ", error.byte, " of ", body.size()));
    } catch (const Json::out_of_range&) {
      return InvalidField(kBody, "has a number beyond the limit, 1.8e308");
    }
  }

  // Of the list of each of kFields, the dropped ones too.
  const Counts& elements() const { return elements_; }

 private:
  // Depth 0 is the body, 1 a field, 2 an element of its list.
  bool Keep(int depth, Json::parse_event_t event, const Json& parsed) {
    using Event = Json::parse_event_t;
    const bool begins = event == Event::array_start || event == Event::object_start;
    if (depth == 0) return event != Event::array_start;
    if (event == Event::key) {
      if (depth > 1) return false;
      field_ = IndexOf(parsed.get_ref<const std::string&>());
      return field_ < kFields.size();
    }
    if (field_ == kFields.size()) return false;
    if (depth == 1 && begins) elements_[field_] = 0;
    if (depth == 2 && (begins || event == Event::value)) return ++elements_[field_] <= most_;
    return depth < 3;
  }

  const std::size_t most_;
  std::size_t field_ = kFields.size();  // the last that began; this: one that is not known
  Counts elements_{};
};

struct Fields {
  Json object;
  Counts elements;
};

absl::StatusOr<Fields> ReadFields(const std::string& body, const RequestLimits& limits) {
  BoundedReader reader(limits.max_texts);
  absl::StatusOr<Json> json = reader.Read(body);
  if (!json.ok()) return json.status();
  if (!json->is_object()) return InvalidField(kBody, "is not a JSON object");
  return Fields{*std::move(json), reader.elements()};
}

absl::StatusOr<std::vector<std::string>> OneText(const std::string& field, Json& value,
                                                 const RequestLimits& limits) {
  auto& text = value.get_ref<std::string&>();
  if (const auto problem = ProblemOf(text, limits)) return InvalidField(field, *problem);
  return std::vector<std::string>{std::move(text)};
}

absl::StatusOr<std::vector<std::string>> ListOfTexts(const std::string& field, Json& value,
                                                     std::size_t elements,
                                                     const RequestLimits& limits) {
  if (!value.empty() && (value.front().is_number() || value.front().is_array())) {
    return InvalidField(field, "holds tokens, which are another model's; send texts");
  }
  if (const auto problem = ProblemOfCount(elements, limits)) return InvalidField(field, *problem);
  std::vector<std::string> texts;
  texts.reserve(value.size());
  for (Json& element : value) {
    const std::string name = absl::StrCat(field, "[", texts.size(), "]");
    if (!element.is_string()) {
      return InvalidField(name, absl::StrCat("is ", element.type_name(), ", must be a string"));
    }
    auto& text = element.get_ref<std::string&>();
    if (const auto problem = ProblemOf(text, limits)) return InvalidField(name, *problem);
    texts.push_back(std::move(text));
  }
  return texts;
}

enum class Takes { kOne, kList, kBoth };

absl::StatusOr<std::vector<std::string>> TextsOf(const std::string& field, Takes takes,
                                                 Fields& fields, const RequestLimits& limits) {
  const char* must = takes == Takes::kOne    ? "must be a string"
                     : takes == Takes::kList ? "must be a list of strings"
                                             : "must be a string or a list of strings";
  const auto found = fields.object.find(field);
  if (found == fields.object.end()) return InvalidField(field, absl::StrCat("is missing, ", must));
  if (found->is_string() && takes != Takes::kList) return OneText(field, *found, limits);
  if (found->is_array() && takes != Takes::kOne) {
    return ListOfTexts(field, *found, fields.elements[IndexOf(field)], limits);
  }
  return InvalidField(field, absl::StrCat("is ", found->type_name(), ", ", must));
}

absl::StatusOr<EmbedCall> ParseTexts(const std::string& body, const std::string& field, Takes takes,
                                     const RequestLimits& limits) {
  absl::StatusOr<Fields> fields = ReadFields(body, limits);
  if (!fields.ok()) return fields.status();
  absl::StatusOr<std::vector<std::string>> texts = TextsOf(field, takes, *fields, limits);
  if (!texts.ok()) return texts.status();
  return EmbedCall{.texts = *std::move(texts)};
}

// The field, if it is there and not null.
const Json* Find(const Json& object, const char* field) {
  const auto found = object.find(field);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

absl::Status ReadDimensions(const Json& object, EmbedCall& call) {
  const Json* value = Find(object, "dimensions");
  if (value == nullptr) return absl::OkStatus();
  if (!value->is_number_unsigned()) {
    return InvalidField("dimensions",
                        absl::StrCat("is ", value->is_number() ? value->dump() : value->type_name(),
                                     ", must be a whole number of 1 or more"));
  }
  call.dimensions = value->get<std::size_t>();
  return absl::OkStatus();
}

absl::Status ReadEncoding(const Json& object, EmbedCall& call) {
  const Json* value = Find(object, "encoding_format");
  if (value == nullptr || *value == "float") return absl::OkStatus();
  if (*value != "base64") {
    return InvalidField("encoding_format",
                        absl::StrCat(value->is_string() ? Shown(value->get<std::string>())
                                                        : absl::StrCat("is ", value->type_name()),
                                     ", must be 'float' or 'base64'"));
  }
  call.as_bytes = true;
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckContent(const HttpRequest& request) {
  if (!request.content_encoding.empty() && request.content_encoding != "identity") {
    return InvalidField("content-encoding", absl::StrCat(Shown(request.content_encoding),
                                                         "; compressed bodies are not taken"));
  }
  std::string type = request.content_type.substr(0, request.content_type.find(';'));
  std::transform(type.begin(), type.end(), type.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  while (!type.empty() && type.back() == ' ') type.pop_back();
  if (type == "application/json") return absl::OkStatus();
  return InvalidField("content-type",
                      absl::StrCat(Shown(request.content_type), ", must be 'application/json'"));
}

absl::StatusOr<EmbedCall> ParseQuery(const std::string& body, const RequestLimits& limits) {
  return ParseTexts(body, "question", Takes::kOne, limits);
}

absl::StatusOr<EmbedCall> ParseQueryBatch(const std::string& body, const RequestLimits& limits) {
  return ParseTexts(body, "questions", Takes::kList, limits);
}

absl::StatusOr<EmbedCall> ParseEmbeddings(const std::string& body, const RequestLimits& limits) {
  absl::StatusOr<Fields> fields = ReadFields(body, limits);
  if (!fields.ok()) return fields.status();
  absl::StatusOr<std::vector<std::string>> texts = TextsOf("input", Takes::kBoth, *fields, limits);
  if (!texts.ok()) return texts.status();
  EmbedCall call = {.texts = *std::move(texts), .normalize = true};
  const Json* model = Find(fields->object, "model");
  if (model != nullptr && !model->is_string()) {
    return InvalidField("model", absl::StrCat("is ", model->type_name(), ", must be a string"));
  }
  if (absl::Status status = ReadDimensions(fields->object, call); !status.ok()) return status;
  if (absl::Status status = ReadEncoding(fields->object, call); !status.ok()) return status;
  return call;
}

}  // namespace quartet
