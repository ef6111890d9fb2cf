#include "self_test.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "absl/strings/str_cat.h"

namespace quartet {
namespace {

absl::Status Differs(std::size_t index, const std::string& what) {
  return absl::InternalError(absl::StrCat("golden text ", index, ": ", what));
}

// Also false for NaN.
bool IsClose(std::span<const float> actual, std::span<const float> expected, float tolerance) {
  if (actual.size() != expected.size()) return false;
  double difference = 0;
  double length = 0;
  for (std::size_t i = 0; i < actual.size(); ++i) {
    difference += std::pow(double{actual[i]} - expected[i], 2);
    length += std::pow(double{expected[i]}, 2);
  }
  return std::sqrt(difference) <= tolerance * std::sqrt(length);
}

absl::StatusOr<TokenSequence> TokenizeGolden(const Tokenizer& tokenizer, const GoldenText& golden,
                                             std::size_t index) {
  absl::StatusOr<TokenSequence> sequence = tokenizer.Tokenize(golden.text, Truncation::kEnd);
  if (!sequence.ok()) return sequence.status();
  if (sequence->ids != golden.token_ids) return Differs(index, "token ids differ");
  if (sequence->truncated != golden.truncated) return Differs(index, "truncation differs");
  return sequence;
}

// Embeds the texts [first, first + sequences.size()) in one batch.
absl::Status CheckVectors(EmbeddingModel& model, std::span<const TokenSequence> sequences,
                          std::span<const GoldenText> golden, std::size_t first, float tolerance) {
  TokenBatch batch;
  for (const TokenSequence& sequence : sequences) batch.Add(sequence);
  const absl::StatusOr<EmbeddingMatrix> embeddings = model.Embed(batch);
  if (!embeddings.ok()) return embeddings.status();
  for (std::size_t i = 0; i < sequences.size(); ++i) {
    if (!IsClose(embeddings->row(i), golden[i].vector, tolerance)) {
      return Differs(first + i,
                     absl::StrCat("the vector differs in a batch of ", sequences.size()));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status RunSelfTest(const Tokenizer& tokenizer, EmbeddingModel& model,
                         const std::vector<GoldenText>& golden, float tolerance) {
  std::vector<TokenSequence> sequences;
  for (std::size_t i = 0; i < golden.size(); ++i) {
    absl::StatusOr<TokenSequence> sequence = TokenizeGolden(tokenizer, golden[i], i);
    if (!sequence.ok()) return sequence.status();
    sequences.push_back(*std::move(sequence));
  }
  for (const std::size_t batch_items : {std::size_t{1}, kMaxBatchItems}) {
    for (std::size_t first = 0; first < golden.size(); first += batch_items) {
      const std::size_t count = std::min(batch_items, golden.size() - first);
      absl::Status status = CheckVectors(model, std::span(sequences).subspan(first, count),
                                         std::span(golden).subspan(first, count), first, tolerance);
      if (!status.ok()) return status;
    }
  }
  return absl::OkStatus();
}

}  // namespace quartet
