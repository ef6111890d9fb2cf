#include "operator/probe_command.h"

#include <iostream>
#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "operator/http_get.h"

namespace quartet {

int RunProbe(const ProbeOptions& options, std::ostream& out) {
  const char* page = options.ready ? "/readyz" : "/healthz";
  const absl::StatusOr<std::string> answer =
      HttpGet(absl::StrCat("http://", options.metrics, page));
  if (!answer.ok()) {
    out << answer.status().message() << '\n';
    return 1;
  }
  out << *answer;
  return 0;
}

void AddProbeCommand(CLI::App& tool, int& exit_code) {
  const auto options = std::make_shared<ProbeOptions>();
  CLI::App* command = tool.add_subcommand(
      "probe", "Whether a server lives; exit code 0: yes, 1: no. For health checks");
  command->add_option("--metrics", options->metrics, "The server's --metrics-listen address")
      ->envname("QUARTET_METRICS_LISTEN")  // the server's own, in a container
      ->type_name("HOST:PORT");
  command->add_flag("--ready", options->ready, "Whether it takes calls instead");
  command->callback([options, &exit_code] { exit_code = RunProbe(*options, std::cout); });
}

}  // namespace quartet
