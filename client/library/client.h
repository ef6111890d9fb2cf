// Sentence embeddings from a Quartet server:
//
//   auto client = quartet::client::Client::Create({.address = "localhost:50051"});
//   auto embedded = client->Embed({"A man is eating.", "Someone has lunch."});
//   if (embedded.ok()) Use(embedded->row(0));
//
// Errors are the server's statuses; INVALID_ARGUMENT names the text by its place in the list.
#ifndef QUARTET_CLIENT_LIBRARY_CLIENT_H_
#define QUARTET_CLIENT_LIBRARY_CLIENT_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "client_options.h"

namespace quartet::client {

struct Embedded {
  std::size_t dimension = 0;
  std::vector<float> values;    // row-major [texts, dimension]
  std::vector<bool> truncated;  // [texts]: the text was longer than the model takes
  std::string fingerprint;      // of the model, 64 hexadecimal digits

  std::size_t rows() const { return truncated.size(); }
  std::span<const float> row(std::size_t index) const {
    return std::span<const float>(values).subspan(index * dimension, dimension);
  }
};

struct Token {
  std::uint32_t id = 0;
  std::string piece;
  std::uint32_t begin = 0;  // bytes of the text
  std::uint32_t end = 0;
  bool special = false;  // added by the tokenizer
  bool cut = false;      // Embed would cut it away
};

struct ModelInfo {
  std::string name, revision, fingerprint, pooling, precision, tokenizer, server_version;
  std::uint32_t dimensions = 0;
  std::uint32_t max_sequence_length = 0;  // tokens
  std::uint32_t max_texts = 0;            // in one call
  std::uint32_t max_text_bytes = 0;
  bool normalized = false;
  std::map<std::string, std::string> prompts;  // name: what is put before a text
};

using EmbedDone = std::function<void(absl::StatusOr<Embedded>)>;

// A text's place among those of a stream, from 0, and its vector, which is there until the call
// ends that it is given to.
struct StreamedVector {
  std::size_t number = 0;
  std::span<const float> values;
  bool truncated = false;  // the text was longer than the model takes
};

using NextText = std::function<std::optional<std::string>()>;  // nullopt: there are no more
using TakeVector = std::function<void(const StreamedVector&)>;

// Thread-safe. Connects when it is first used, and again when the connection is lost. What the
// server refuses for overload or never saw goes again, after the time that the server names.
class Client {
 public:
  // INVALID_ARGUMENT: options that contradict each other, by their names. Does not connect.
  static absl::StatusOr<Client> Create(ClientOptions options);

  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;
  ~Client();

  // Waits. In the order of the texts; longer lists are several calls, of which the first failure is
  // returned and the others are cancelled. ABORTED: the server's model changed between two of them.
  absl::StatusOr<Embedded> Embed(const std::vector<std::string>& texts,
                                 const EmbedOptions& options = {}) const;

  // As Embed, in the background: `done` is called once, by a thread of the client that it must not
  // hold up. A client that ends ends what is under way as CANCELLED, and waits for its `done`.
  void EmbedAsync(std::vector<std::string> texts, EmbedDone done,
                  const EmbedOptions& options = {}) const;

  // Any number of texts in constant memory. Waits, and calls `take` for each vector in the order of
  // the texts. `next` is called by another thread meanwhile, some thousands of texts ahead at most;
  // what it waits for is waited for, also when the stream has failed. A text that is refused ends
  // it with its error, which names it as texts[number]. A server that restarts costs the wait, up
  // to the options' timeout without an answer. ABORTED: the server's model changed.
  absl::Status EmbedStream(const NextText& next, const TakeVector& take,
                           const EmbedOptions& options = {}) const;

  absl::StatusOr<std::vector<Token>> Tokenize(const std::string& text) const;

  absl::StatusOr<ModelInfo> GetModelInfo() const;

  // Whether it takes calls ("readiness") or is alive ("liveness"); asked over a connection of its
  // own, which a server that is not ready answers, too. NOT_FOUND: an unknown name.
  absl::StatusOr<bool> IsServing(const std::string& service = "readiness") const;

 private:
  class Connection;
  explicit Client(std::unique_ptr<Connection> connection);

  std::unique_ptr<Connection> connection_;
};

}  // namespace quartet::client

#endif  // QUARTET_CLIENT_LIBRARY_CLIENT_H_
