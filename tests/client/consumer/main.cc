// consumer ADDRESS TEXT...: a line of numbers for each text.
// consumer ADDRESS --stream: the same for each line of standard input, on a stream.
// consumer ADDRESS --background TEXT...: the same, each text a list of its own.
#include <quartet/client.h>

#include <cstddef>
#include <future>
#include <iostream>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

using quartet::client::Client;
using quartet::client::Embedded;

namespace {

int Fail(const absl::Status& status) {
  std::cerr << status.message() << '\n';
  return 3;
}

void Print(std::span<const float> values) {
  for (const float value : values) std::cout << value << ' ';
  std::cout << std::endl;
}

int EmbedTexts(const Client& client, const std::vector<std::string>& texts) {
  const auto embedded = client.Embed(texts);
  if (!embedded.ok()) return Fail(embedded.status());
  for (std::size_t row = 0; row < embedded->rows(); ++row) Print(embedded->row(row));
  return 0;
}

int EmbedInBackground(const Client& client, const std::vector<std::string>& texts) {
  std::vector<std::future<absl::StatusOr<Embedded>>> lists;
  for (const std::string& text : texts) {
    auto told = std::make_shared<std::promise<absl::StatusOr<Embedded>>>();
    lists.push_back(told->get_future());
    client.EmbedAsync({text}, [told](auto embedded) { told->set_value(std::move(embedded)); });
  }
  for (auto& list : lists) {
    const absl::StatusOr<Embedded> embedded = list.get();
    if (!embedded.ok()) return Fail(embedded.status());
    Print(embedded->row(0));
  }
  return 0;
}

int EmbedLines(const Client& client) {
  const absl::Status status = client.EmbedStream(
      []() -> std::optional<std::string> {
        std::string line;
        if (!std::getline(std::cin, line)) return std::nullopt;
        return line;
      },
      [](const auto& vector) { Print(vector.values.first(4)); });
  return status.ok() ? 0 : Fail(status);
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  const auto client = Client::Create({.address = arguments.at(0)});
  if (!client.ok()) return 2;
  const std::string& mode = arguments.at(1);
  if (mode == "--stream") return EmbedLines(*client);
  if (mode == "--background") {
    return EmbedInBackground(*client, {arguments.begin() + 2, arguments.end()});
  }
  return EmbedTexts(*client, {arguments.begin() + 1, arguments.end()});
}
