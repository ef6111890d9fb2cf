#include "model/model_manifest.h"

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"

namespace quartet {
namespace {

using Json = nlohmann::json;

constexpr int kFormatVersion = 2;

TokenizerSpec ReadTokenizer(const Json& json, std::size_t max_sequence_length) {
  return {.kind = json.at("kind"),
          .lower_case = json.at("lower_case"),
          .strip_accents = json.at("strip_accents"),
          .split_cjk = json.at("split_cjk"),
          .unknown_token = json.at("unknown_token"),
          .cls_token = json.at("cls_token"),
          .sep_token = json.at("sep_token"),
          .max_word_characters = json.at("max_word_characters"),
          .max_sequence_length = max_sequence_length};
}

ModelInfo ReadInfo(const Json& json) {
  return {.name = json.at("name"),
          .revision = json.at("revision"),
          .fingerprint = "",
          .dimension = json.at("dimension"),
          .max_sequence_length = json.at("max_sequence_length"),
          .pooling = json.at("pooling"),
          .normalized = json.at("normalized"),
          .precision = json.at("precision"),
          .tokenizer = json.at("tokenizer").at("kind")};
}

ModelManifest ReadManifest(const Json& json) {
  ModelManifest manifest;
  manifest.info = ReadInfo(json);
  manifest.tokenizer = ReadTokenizer(json.at("tokenizer"), manifest.info.max_sequence_length);
  manifest.tokenizer_file = json.at("tokenizer").at("file");
  manifest.vocabulary_size = json.at("vocabulary_size");
  manifest.golden_tolerance = json.at("golden_tolerance");
  for (const Json& golden : json.at("golden")) {
    manifest.golden.push_back({.text = golden.at("text"),
                               .token_ids = golden.at("token_ids"),
                               .truncated = golden.at("truncated"),
                               .vector = golden.at("vector")});
  }
  return manifest;
}

absl::Status Check(const ModelManifest& manifest) {
  if (manifest.info.dimension == 0) return absl::InvalidArgumentError("dimension is 0");
  if (manifest.info.max_sequence_length < 3) {
    return absl::InvalidArgumentError("max_sequence_length is under 3");
  }
  // Also false for NaN. Beyond 1 any vector would do.
  if (!(manifest.golden_tolerance > 0 && manifest.golden_tolerance < 1)) {
    return absl::InvalidArgumentError(
        absl::StrCat("golden_tolerance is ", manifest.golden_tolerance));
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
    if (const int version = parsed.at("format_version"); version != kFormatVersion) {
      return absl::InvalidArgumentError(
          absl::StrCat("format_version is ", version, ", this server reads ", kFormatVersion));
    }
    ModelManifest manifest = ReadManifest(parsed);
    if (const absl::Status status = Check(manifest); !status.ok()) return status;
    return manifest;
  } catch (const Json::exception& error) {
    return absl::InvalidArgumentError(error.what());
  }
}

}  // namespace quartet
