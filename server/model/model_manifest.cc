#include "model/model_manifest.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <stdexcept>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"

namespace quartet {
namespace {

using Json = nlohmann::json;

constexpr int kFormatVersion = 3;

// Sizes beyond these are mistakes: no model of this class comes near.
constexpr std::size_t kMostDimensions = 1 << 16;
constexpr std::size_t kMostTokens = 1 << 16;
constexpr std::size_t kLargestVocabulary = 1 << 24;

// As sentence-transformers names them. The module does it; here it is only said.
constexpr absl::string_view kPoolings[] = {
    "cls", "max", "mean", "mean_sqrt_len_tokens", "weightedmean", "lasttoken"};

struct BadMember : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// One object of the manifest. Throws BadMember, which names the member, for what is missing, of
// another type or out of range.
class Members {
 public:
  explicit Members(const Json& json, std::string path = "") : json_(json), path_(std::move(path)) {}

  template <class Value>
  Value Get(const char* name) const {
    try {
      return At(name).get<Value>();
    } catch (const Json::exception& error) {
      Fail(name, error.what());
    }
  }

  // nullopt: null.
  template <class Value>
  std::optional<Value> GetOptional(const char* name) const {
    if (At(name).is_null()) return std::nullopt;
    return Get<Value>(name);
  }

  // A negative number would become a large one, and a fraction a whole one.
  std::size_t GetSize(const char* name, std::size_t least, std::size_t most) const {
    const Json& value = At(name);
    if (!value.is_number_unsigned() || value < least || value > most) {
      Fail(name, absl::StrCat("is not a whole number from ", least, " to ", most));
    }
    return value.get<std::size_t>();
  }

  std::vector<std::int64_t> GetIds(const char* name) const {
    for (const Json& id : At(name)) {
      if (!id.is_number_integer()) Fail(name, "is not a list of whole numbers");
    }
    return Get<std::vector<std::int64_t>>(name);
  }

  std::string GetOneOf(const char* name, std::span<const absl::string_view> known) const {
    auto word = Get<std::string>(name);
    if (std::find(known.begin(), known.end(), word) == known.end()) {
      Fail(name, absl::StrCat("is '", word, "', this server knows ", absl::StrJoin(known, ", ")));
    }
    return word;
  }

  Members GetObject(const char* name) const { return Members(At(name), path_ + name + "."); }

  std::vector<Members> GetObjects(const char* name) const {
    std::vector<Members> objects;
    for (const Json& object : At(name)) {
      objects.emplace_back(object, absl::StrCat(path_, name, "[", objects.size(), "]."));
    }
    return objects;
  }

 private:
  const Json& At(const char* name) const {
    if (!json_.is_object() || !json_.contains(name)) Fail(name, "is missing");
    return json_.at(name);
  }
  [[noreturn]] void Fail(const char* name, const std::string& what) const {
    throw BadMember(absl::StrCat(path_, name, ": ", what));
  }

  const Json& json_;
  const std::string path_;
};

TokenizerSpec ReadTokenizer(const Members& tokenizer, std::size_t max_sequence_length) {
  const auto kind = tokenizer.Get<std::string>("kind");
  if (kind == kSentencepiece) {
    return {.kind = kind,
            .max_sequence_length = max_sequence_length,
            .mask_takes_spaces = tokenizer.Get<bool>("mask_takes_spaces")};
  }
  return {.kind = kind,
          .lower_case = tokenizer.Get<bool>("lower_case"),
          .strip_accents = tokenizer.Get<bool>("strip_accents"),
          .split_cjk = tokenizer.Get<bool>("split_cjk"),
          .unknown_token = tokenizer.Get<std::string>("unknown_token"),
          .cls_token = tokenizer.Get<std::string>("cls_token"),
          .sep_token = tokenizer.Get<std::string>("sep_token"),
          .added_tokens = tokenizer.Get<std::vector<std::string>>("added_tokens"),
          .max_word_characters = tokenizer.GetSize("max_word_characters", 1, kMostTokens),
          .max_sequence_length = max_sequence_length};
}

ModelInfo ReadInfo(const Members& manifest) {
  return {.name = manifest.Get<std::string>("name"),
          .revision = manifest.Get<std::string>("revision"),
          .fingerprint = "",
          .dimension = manifest.GetSize("dimension", 1, kMostDimensions),
          // [CLS], a token, [SEP]
          .max_sequence_length = manifest.GetSize("max_sequence_length", 3, kMostTokens),
          .pooling = manifest.GetOneOf("pooling", kPoolings),
          .normalized = manifest.Get<bool>("normalized"),
          .precision = manifest.Get<std::string>("precision"),
          .tokenizer = manifest.GetObject("tokenizer").Get<std::string>("kind"),
          .prompts = manifest.Get<std::map<std::string, std::string>>("prompts"),
          .default_prompt_name = manifest.GetOptional<std::string>("default_prompt_name")};
}

ModelManifest ReadManifest(const Members& members) {
  ModelManifest manifest;
  manifest.info = ReadInfo(members);
  const Members tokenizer = members.GetObject("tokenizer");
  manifest.tokenizer = ReadTokenizer(tokenizer, manifest.info.max_sequence_length);
  manifest.tokenizer_file = tokenizer.Get<std::string>("file");
  manifest.vocabulary_size = members.GetSize("vocabulary_size", 1, kLargestVocabulary);
  manifest.golden_tolerance = members.Get<float>("golden_tolerance");
  for (const Members& golden : members.GetObjects("golden")) {
    manifest.golden.push_back({.text = golden.Get<std::string>("text"),
                               .token_ids = golden.GetIds("token_ids"),
                               .truncated = golden.Get<bool>("truncated"),
                               .vector = golden.Get<std::vector<float>>("vector")});
  }
  return manifest;
}

absl::Status Check(const ModelManifest& manifest) {
  // Also false for NaN. Beyond 1 any vector would do.
  if (!(manifest.golden_tolerance > 0 && manifest.golden_tolerance < 1)) {
    return absl::InvalidArgumentError(
        absl::StrCat("golden_tolerance is ", manifest.golden_tolerance));
  }
  const std::optional<std::string>& prompt = manifest.info.default_prompt_name;
  if (prompt.has_value() && manifest.info.prompts.count(*prompt) == 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("default_prompt_name is '", *prompt, "', which is none of prompts"));
  }
  if (manifest.golden.empty()) return absl::InvalidArgumentError("golden is empty");
  for (const GoldenText& golden : manifest.golden) {
    if (golden.vector.size() != manifest.info.dimension) {
      return absl::InvalidArgumentError(absl::StrCat("a golden vector has ", golden.vector.size(),
                                                     " components instead of ",
                                                     manifest.info.dimension));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ModelManifest> ParseManifest(const std::string& json) {
  try {
    const Json parsed = Json::parse(json);
    const Members members(parsed);
    if (const int version = members.Get<int>("format_version"); version != kFormatVersion) {
      return absl::InvalidArgumentError(
          absl::StrCat("format_version is ", version, ", this server reads ", kFormatVersion));
    }
    ModelManifest manifest = ReadManifest(members);
    if (const absl::Status status = Check(manifest); !status.ok()) return status;
    return manifest;
  } catch (const BadMember& error) {
    return absl::InvalidArgumentError(error.what());
  } catch (const Json::exception& error) {
    return absl::InvalidArgumentError(error.what());
  }
}

}  // namespace quartet
