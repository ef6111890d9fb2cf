#include "tokenization/tokenizer_loader.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tokenization/bert_characters.h"
#include "tokenization/sentencepiece_model.h"
#include "tokenization/sentencepiece_tokenizer.h"
#include "tokenization/wordpiece_tokenizer.h"

namespace quartet {
namespace {

// The number of the first line that is not UTF-8, from 1; 0 when all are. Hugging Face refuses such
// a file too.
std::size_t FirstInvalidLine(std::string_view content) {
  std::size_t line = 1;
  while (!content.empty()) {
    std::size_t size = 0;
    const char32_t code_point = DecodeUtf8(content, size);
    if (code_point == 0xFFFD && size == 1) return line;  // U+FFFD itself has three bytes
    if (code_point == U'\n') ++line;
    content.remove_prefix(size);
  }
  return 0;
}

absl::Status CheckWordpiece(const TokenizerSpec& spec, const Vocabulary& vocabulary) {
  if (spec.max_word_characters == 0) {
    return absl::InvalidArgumentError("max_word_characters is 0, the least is 1");
  }
  if (vocabulary.size() == 0) return absl::InvalidArgumentError("the vocabulary is empty");
  for (const std::string& token : {spec.unknown_token, spec.cls_token, spec.sep_token}) {
    if (token.empty() || !vocabulary.Find(token).has_value()) {
      return absl::InvalidArgumentError(
          absl::StrCat("the vocabulary lacks the special token '", token, "'"));
    }
  }
  for (const std::string& token : spec.added_tokens) {
    if (token.empty() || !vocabulary.Find(token).has_value()) {
      return absl::InvalidArgumentError(
          absl::StrCat("the vocabulary lacks the added token '", token, "'"));
    }
  }
  return absl::OkStatus();
}

// All of them are in the vocabulary.
SpecialTokens MakeSpecialTokens(const TokenizerSpec& spec, const Vocabulary& vocabulary) {
  std::vector<std::pair<std::string, std::int64_t>> tokens;
  for (const std::string& token : spec.added_tokens) {
    tokens.emplace_back(token, *vocabulary.Find(token));
  }
  return SpecialTokens(std::move(tokens));
}

absl::StatusOr<std::unique_ptr<Tokenizer>> LoadWordpiece(const TokenizerSpec& spec,
                                                         std::string_view file_content) {
  if (const std::size_t line = FirstInvalidLine(file_content); line != 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("line ", line, " of the vocabulary is not UTF-8"));
  }
  Vocabulary vocabulary(file_content);
  if (const absl::Status status = CheckWordpiece(spec, vocabulary); !status.ok()) return status;
  const WordpieceTokenizer::Options options = {
      .words = {.lower_case = spec.lower_case,
                .strip_accents = spec.strip_accents,
                .split_cjk = spec.split_cjk,
                .max_word_characters = spec.max_word_characters},
      .unknown_id = *vocabulary.Find(spec.unknown_token),
      .frame = {.first_id = *vocabulary.Find(spec.cls_token),
                .last_id = *vocabulary.Find(spec.sep_token),
                .max_sequence_length = spec.max_sequence_length}};
  SpecialTokens special_tokens = MakeSpecialTokens(spec, vocabulary);
  return std::make_unique<WordpieceTokenizer>(std::move(vocabulary), std::move(special_tokens),
                                              options);
}

absl::StatusOr<std::unique_ptr<Tokenizer>> LoadSentencepiece(const TokenizerSpec& spec,
                                                             std::string_view file_content) {
  absl::StatusOr<SentencepieceModel> model = ParseSentencepieceModel(file_content);
  if (!model.ok()) return model.status();
  return SentencepieceTokenizer::Create(*model, {.mask_takes_spaces = spec.mask_takes_spaces,
                                                 .max_sequence_length = spec.max_sequence_length});
}

}  // namespace

absl::StatusOr<std::unique_ptr<Tokenizer>> LoadTokenizer(const TokenizerSpec& spec,
                                                         std::string_view file_content) {
  if (spec.max_sequence_length < 3) {
    return absl::InvalidArgumentError(
        absl::StrCat("max_sequence_length is ", spec.max_sequence_length, ", the least is 3"));
  }
  if (spec.kind == kWordpiece) return LoadWordpiece(spec, file_content);
  if (spec.kind == kSentencepiece) return LoadSentencepiece(spec, file_content);
  return absl::InvalidArgumentError(absl::StrCat("kind '", spec.kind,
                                                 "' is not known; this server has '", kWordpiece,
                                                 "' and '", kSentencepiece, "'"));
}

}  // namespace quartet
