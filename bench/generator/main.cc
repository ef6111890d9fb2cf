// quartet-bench: loads a server on this machine. The result is one JSON line on standard output;
// progress and a table for people go to standard error.
#include <iostream>
#include <variant>

#include "generator/options.h"
#include "generator/report.h"
#include "generator/run.h"
#include "security/tls_exit.h"

int main(int argc, char** argv) {  // NOLINT(bugprone-exception-escape)
  quartet::KeepTlsUntilTheEnd();
  namespace bench = quartet::bench;
  const auto parsed = bench::ParseOptions(argc, argv);
  if (const auto* early = std::get_if<bench::EarlyExit>(&parsed)) {
    (early->code == 0 ? std::cout : std::cerr) << early->text;
    return early->code;
  }
  const auto& options = std::get<bench::Options>(parsed);
  const auto report = bench::RunLoad(options);
  if (!report.ok()) {
    std::cerr << "quartet-bench: " << report.status().message() << '\n';
    return 1;
  }
  std::cout << bench::ToJson(*report) << '\n';
  if (!options.json_only) std::cerr << bench::ToTable(*report);
  return 0;
}
