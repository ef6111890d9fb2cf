// One token for each byte, between two special ones.
#ifndef QUARTET_TESTS_FAKES_FAKE_TOKENIZER_H_
#define QUARTET_TESTS_FAKES_FAKE_TOKENIZER_H_

#include <string>
#include <string_view>
#include <vector>

#include "core/tokenizer.h"

namespace quartet {

class FakeTokenizer final : public Tokenizer {
 public:
  explicit FakeTokenizer(std::size_t max_sequence_length = 16) : max_(max_sequence_length) {}

  absl::StatusOr<TokenSequence> Tokenize(std::string_view text,
                                         Truncation truncation) const override {
    const bool truncated = text.size() + 2 > max_;
    if (truncated && truncation == Truncation::kReject) {
      return absl::InvalidArgumentError("too many tokens for the fake");
    }
    if (truncated) {
      text = truncation == Truncation::kStart ? text.substr(text.size() - (max_ - 2))
                                              : text.substr(0, max_ - 2);
    }
    TokenSequence sequence;
    sequence.truncated = truncated;
    sequence.ids.push_back(1);
    for (const char c : text) sequence.ids.push_back(static_cast<unsigned char>(c));
    sequence.ids.push_back(2);
    return sequence;
  }

  std::vector<Token> Describe(std::string_view text) const override {
    std::vector<Token> tokens = {{.id = 1, .piece = "<", .special = true}};
    for (std::size_t i = 0; i < text.size(); ++i) {
      tokens.push_back({.id = static_cast<unsigned char>(text[i]),
                        .piece = std::string(text.substr(i, 1)),
                        .begin = i,
                        .end = i + 1});
    }
    tokens.push_back({.id = 2, .piece = ">", .special = true});
    return tokens;
  }

  std::size_t max_sequence_length() const override { return max_; }

 private:
  const std::size_t max_;
};

}  // namespace quartet

#endif  // QUARTET_TESTS_FAKES_FAKE_TOKENIZER_H_
