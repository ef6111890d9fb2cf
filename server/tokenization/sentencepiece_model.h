// A sentencepiece model file, read and vetted.
#ifndef QUARTET_TOKENIZATION_SENTENCEPIECE_MODEL_H_
#define QUARTET_TOKENIZATION_SENTENCEPIECE_MODEL_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace quartet {

struct ScoredPiece {
  std::string text;  // UTF-8, not empty
  double score = 0;  // of unigrams the log probability, of BPE the higher the earlier merged
};

struct SentencepieceModel {
  enum class Kind { kUnigram, kBpe };

  Kind kind = Kind::kUnigram;
  // In XLM-RoBERTa's order, by id: <s>, <pad>, </s>, <unk>, the file's own from the fourth on,
  // <mask>. All differ.
  std::vector<ScoredPiece> pieces;
  std::string character_map;  // what CharacterMap::Create takes
};

// INVALID_ARGUMENT, naming what is wrong, for anything but a unigram or BPE model whose first three
// pieces are <unk>, <s> and </s> and whose others are normal ones of at most 256 bytes.
absl::StatusOr<SentencepieceModel> ParseSentencepieceModel(std::string_view content);

}  // namespace quartet

#endif  // QUARTET_TOKENIZATION_SENTENCEPIECE_MODEL_H_
