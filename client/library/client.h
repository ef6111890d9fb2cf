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
#include <map>
#include <memory>
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

  absl::StatusOr<std::vector<Token>> Tokenize(const std::string& text) const;

  absl::StatusOr<ModelInfo> GetModelInfo() const;

  // Whether it takes calls ("readiness") or is alive ("liveness").
  absl::StatusOr<bool> IsServing(const std::string& service = "readiness") const;

 private:
  class Connection;
  explicit Client(std::unique_ptr<Connection> connection);

  std::unique_ptr<Connection> connection_;
};

}  // namespace quartet::client

#endif  // QUARTET_CLIENT_LIBRARY_CLIENT_H_
