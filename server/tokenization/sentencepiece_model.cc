#include "tokenization/sentencepiece_model.h"

#include <array>
#include <cmath>
#include <limits>
#include <unordered_set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "sentencepiece_model.pb.h"
#include "tokenization/bert_characters.h"

namespace quartet {
namespace {

using File = sentencepiece::Model;

constexpr int kUnigram = 1;
constexpr int kBpe = 2;

constexpr int kNormal = 1;
constexpr std::array<const char*, 3> kFirstPieces = {"<unk>", "<s>", "</s>"};

// Segmenting looks at so many bytes from each character on. Trainers stop at 16 characters unless
// told otherwise.
constexpr std::size_t kLongestPiece = 256;

template <class... Parts>
absl::Status Wrong(const Parts&... parts) {
  return absl::InvalidArgumentError(absl::StrCat("the sentencepiece model ", parts...));
}

absl::Status CheckPiece(int id, const File::Piece& piece) {
  if (piece.type() != kNormal) {
    return Wrong("has a piece ", id, " of type ", piece.type(), ", supported are normal ones");
  }
  if (piece.text().empty()) return Wrong("has an empty piece ", id);
  if (piece.text().size() > kLongestPiece) {
    return Wrong("has a piece ", id, " of ", piece.text().size(), " bytes, the limit is ",
                 kLongestPiece);
  }
  if (!IsUtf8(piece.text())) {
    return Wrong("has a piece ", id, " that is not UTF-8");
  }
  if (!std::isfinite(piece.score())) return Wrong("has a piece ", id, " without a finite score");
  return absl::OkStatus();
}

absl::Status CheckFile(const File& file) {
  const int type = file.training().model_type();
  if (type != kUnigram && type != kBpe) {
    return Wrong("is of type ", type, ", supported are 1 (unigram) and 2 (BPE)");
  }
  if (file.training().byte_fallback()) {
    return Wrong("falls back to bytes, which XLM-RoBERTa's tokenizer does not");
  }
  const auto first = static_cast<int>(kFirstPieces.size());
  if (file.pieces_size() <= first) {
    return Wrong("has ", file.pieces_size(), " pieces, the least is ", first + 1);
  }
  for (int id = 0; id < first; ++id) {
    const char* wanted = kFirstPieces[static_cast<std::size_t>(id)];
    if (file.pieces(id).text() != wanted) {
      return Wrong("does not have ", wanted, " as piece ", id, ", as XLM-RoBERTa's has");
    }
  }
  for (int id = first; id < file.pieces_size(); ++id) {
    if (absl::Status status = CheckPiece(id, file.pieces(id)); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status CheckThatAllDiffer(const std::vector<ScoredPiece>& pieces) {
  std::unordered_set<std::string_view> seen;
  for (const ScoredPiece& piece : pieces) {
    if (!seen.insert(piece.text).second) return Wrong("has the piece '", piece.text, "' twice");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<SentencepieceModel> ParseSentencepieceModel(std::string_view content) {
  File file;
  if (content.size() > std::numeric_limits<int>::max() ||
      !file.ParseFromArray(content.data(), static_cast<int>(content.size()))) {
    return absl::InvalidArgumentError("the tokenizer file is not a sentencepiece model");
  }
  if (absl::Status status = CheckFile(file); !status.ok()) return status;
  SentencepieceModel model;
  if (file.training().model_type() == kBpe) model.kind = SentencepieceModel::Kind::kBpe;
  for (const char* special : {"<s>", "<pad>", "</s>", "<unk>"})
    model.pieces.push_back({special, 0});
  for (int id = static_cast<int>(kFirstPieces.size()); id < file.pieces_size(); ++id) {
    model.pieces.push_back({file.pieces(id).text(), file.pieces(id).score()});
  }
  model.pieces.push_back({"<mask>", 0});
  if (absl::Status status = CheckThatAllDiffer(model.pieces); !status.ok()) return status;
  model.character_map = std::move(*file.mutable_normalization()->mutable_precompiled_charsmap());
  return model;
}

}  // namespace quartet
