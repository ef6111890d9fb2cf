#include "tokenization/sentencepiece_tokenizer.h"

#include <algorithm>
#include <deque>
#include <utility>

#include "tokenization/bert_characters.h"
#include "tokenization/bpe_segmenter.h"
#include "tokenization/last_words.h"
#include "tokenization/metaspace_stream.h"
#include "tokenization/segment_memo.h"
#include "tokenization/unigram_segmenter.h"

namespace quartet {
namespace {

// The places of XLM-RoBERTa's special tokens.
constexpr std::int64_t kBegin = 0;
constexpr std::int64_t kPad = 1;
constexpr std::int64_t kEnd = 2;
constexpr std::int64_t kUnknown = 3;

std::int64_t MaskId(const SentencepieceModel& model) {
  return static_cast<std::int64_t>(model.pieces.size()) - 1;
}

SpecialTokens MakeSpecialTokens(const SentencepieceModel& model) {
  std::vector<std::pair<std::string, std::int64_t>> tokens;
  for (const std::int64_t id : {kBegin, kPad, kEnd, kUnknown, MaskId(model)}) {
    tokens.emplace_back(model.pieces[static_cast<std::size_t>(id)].text, id);
  }
  return SpecialTokens(std::move(tokens));
}

std::unique_ptr<const Segmenter> MakeSegmenter(const SentencepieceModel& model) {
  if (model.kind == SentencepieceModel::Kind::kUnigram) {
    return std::make_unique<UnigramSegmenter>(model.pieces, kUnknown);
  }
  // The file does not have these two.
  return std::make_unique<BpeSegmenter>(model.pieces, kUnknown, std::vector{kPad, MaskId(model)});
}

// Where the white space begins that ends `text`.
std::size_t TrailingSpaces(std::string_view text) {
  std::size_t begin = text.size();
  for (std::size_t place = begin; place > 0;) {
    --place;
    if ((static_cast<unsigned char>(text[place]) & 0xC0) == 0x80) continue;  // inside a character
    std::size_t size = 0;
    if (!IsWhitespace(DecodeUtf8(text.substr(place), size)) || place + size != begin) break;
    begin = place;
  }
  return begin;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Tokenizer>> SentencepieceTokenizer::Create(
    const SentencepieceModel& model, const Options& options) {
  absl::StatusOr<CharacterMap> map = CharacterMap::Create(model.character_map);
  if (!map.ok()) return map.status();
  return std::unique_ptr<Tokenizer>(new SentencepieceTokenizer(model, *std::move(map), options));
}

SentencepieceTokenizer::SentencepieceTokenizer(const SentencepieceModel& model, CharacterMap map,
                                               const Options& options)
    : map_(std::move(map)),
      special_tokens_(MakeSpecialTokens(model)),
      segmenter_(MakeSegmenter(model)),
      mask_takes_spaces_(options.mask_takes_spaces),
      frame_{
          .first_id = kBegin, .last_id = kEnd, .max_sequence_length = options.max_sequence_length} {
  pieces_.reserve(model.pieces.size());
  for (const ScoredPiece& piece : model.pieces) pieces_.push_back(piece.text);
}

absl::StatusOr<TokenSequence> SentencepieceTokenizer::Tokenize(std::string_view text,
                                                               Truncation truncation) const {
  TokenOutput output = frame_.MakeOutput(truncation);
  if (truncation == Truncation::kStart) {
    // One more than fit shows that there are more.
    AppendEnd(text, frame_.max_sequence_length - 1, output);
  } else {
    AppendText(text, output);
  }
  return frame_.Finish(std::move(output), truncation);
}

std::vector<Token> SentencepieceTokenizer::Describe(std::string_view text) const {
  std::vector<ByteRange> sources;
  TokenOutput output{.sources = &sources};
  AppendText(text, output);
  const auto piece = [this](std::int64_t id) { return pieces_[static_cast<std::size_t>(id)]; };
  std::vector<Token> tokens;
  tokens.push_back({.id = kBegin, .piece = piece(kBegin), .special = true});
  for (std::size_t i = 0; i < sources.size(); ++i) {
    tokens.push_back({.id = output.ids[i],
                      .piece = piece(output.ids[i]),
                      .begin = sources[i].begin,
                      .end = sources[i].end});
  }
  tokens.push_back({.id = kEnd, .piece = piece(kEnd), .special = true});
  return tokens;
}

SentencepieceTokenizer::Part SentencepieceTokenizer::PartAt(std::string_view text,
                                                            std::size_t start) const {
  Part part = {.offset = start, .end = special_tokens_.FindFirst(text, start)};
  part.text = text.substr(start, part.end.offset - start);
  const bool ends_with_mask =
      part.end.length > 0 && part.end.id + 1 == static_cast<std::int64_t>(pieces_.size());
  if (ends_with_mask && mask_takes_spaces_) {
    part.text = part.text.substr(0, TrailingSpaces(part.text));
  }
  return part;
}

void SentencepieceTokenizer::AppendText(std::string_view text, TokenOutput& output) const {
  SegmentMemo memo(*segmenter_);
  for (std::size_t start = 0; start < text.size() && !output.IsFull();) {
    const Part part = PartAt(text, start);
    AppendPart(part, memo, output);
    if (part.end.length == 0) return;
    start = part.end.offset + part.end.length;
    output.Add(part.end.id, {part.offset + part.text.size(), start});
  }
}

void SentencepieceTokenizer::AppendPart(const Part& part, SegmentMemo& memo,
                                        TokenOutput& output) const {
  MetaspaceStream words(part.text, map_);
  MetaspaceWord word;
  while (!output.IsFull() && words.Next(word)) {
    std::size_t character = 0;
    std::string_view rest = word.text;
    for (const Segment& segment : memo.Split(word.text)) {
      const std::size_t first = character;
      character += CountCharacters(rest.substr(0, segment.length));
      rest.remove_prefix(segment.length);
      output.Add(segment.id, {part.offset + word.sources[first].begin,
                              part.offset + word.sources[character - 1].end});
    }
  }
}

void SentencepieceTokenizer::AppendEnd(std::string_view text, std::size_t enough,
                                       TokenOutput& output) const {
  std::deque<Part> parts;
  for (std::size_t start = 0; start < text.size();) {
    parts.push_back(PartAt(text, start));
    start = parts.back().end.offset + parts.back().end.length;
    if (parts.size() > enough + 1) parts.pop_front();  // each has a token, but for the last one
  }
  std::vector<std::int64_t> ids;
  for (auto part = parts.rbegin(); part != parts.rend() && ids.size() < enough; ++part) {
    if (part->end.length > 0) ids.push_back(part->end.id);
    AppendReversed(part->text, enough, ids);
  }
  output.ids.insert(output.ids.end(), ids.rbegin(), ids.rend());
}

void SentencepieceTokenizer::AppendReversed(std::string_view part, std::size_t enough,
                                            std::vector<std::int64_t>& ids) const {
  LastWords last_words(enough);  // each has a token
  MetaspaceStream words(part, map_);
  for (MetaspaceWord word; words.Next(word);) last_words.Add(word.text);
  std::vector<Segment> segments;
  for (std::string_view word; ids.size() < enough && last_words.TakeLast(word);) {
    segmenter_->Split(word, segments);
    for (auto segment = segments.rbegin(); segment != segments.rend(); ++segment) {
      ids.push_back(segment->id);
    }
  }
}

}  // namespace quartet
