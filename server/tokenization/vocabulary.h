// The pieces a model knows, and their ids.
#ifndef QUARTET_TOKENIZATION_VOCABULARY_H_
#define QUARTET_TOKENIZATION_VOCABULARY_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace quartet {

// Immutable, so thread-safe. Moved, not copied.
class Vocabulary {
 public:
  // `vocab_txt`: one piece a line, its id is the number of the line, from 0. Of equal lines the
  // last one holds, as at Hugging Face.
  explicit Vocabulary(std::string_view vocab_txt);
  Vocabulary(Vocabulary&&) = default;
  Vocabulary& operator=(Vocabulary&&) = delete;

  std::size_t size() const { return pieces_.size(); }
  const std::string& Piece(std::int64_t id) const { return *pieces_[static_cast<std::size_t>(id)]; }

  std::optional<std::int64_t> Find(std::string_view piece) const { return FindIn(first_, piece); }

  // The longest piece that `text` starts with: one that begins a word, or one that continues it
  // (written "##piece" in the file). Its bytes go to `length`.
  std::optional<std::int64_t> LongestPrefix(std::string_view text, bool continues,
                                            std::size_t& length) const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
  };
  struct Pieces {
    std::unordered_map<std::string, std::int64_t, Hash, std::equal_to<>> ids;
    std::size_t longest = 0;  // bytes: nothing longer need be looked up
  };

  // The piece where it is kept from now on.
  static const std::string& Insert(Pieces& pieces, std::string_view piece, std::int64_t id);
  static std::optional<std::int64_t> FindIn(const Pieces& pieces, std::string_view piece);

  std::vector<const std::string*> pieces_;  // by id; keys of first_, whose nodes never move
  Pieces first_;
  Pieces continuing_;  // without their ##
};

}  // namespace quartet

#endif  // QUARTET_TOKENIZATION_VOCABULARY_H_
