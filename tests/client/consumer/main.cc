// consumer ADDRESS TEXT...: a line of numbers for each text.
#include <quartet/client.h>

#include <cstddef>
#include <iostream>
#include <string>
#include <vector>

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  auto client = quartet::client::Client::Create({.address = arguments.at(0)});
  if (!client.ok()) return 2;
  const auto embedded = client->Embed({arguments.begin() + 1, arguments.end()});
  if (!embedded.ok()) {
    std::cerr << embedded.status().message() << '\n';
    return 3;
  }
  for (std::size_t row = 0; row < embedded->rows(); ++row) {
    for (const float value : embedded->row(row)) std::cout << value << ' ';
    std::cout << '\n';
  }
}
