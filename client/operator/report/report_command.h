// quartet report: all about a running server, on a page.
#ifndef QUARTET_CLIENT_OPERATOR_REPORT_REPORT_COMMAND_H_
#define QUARTET_CLIENT_OPERATOR_REPORT_REPORT_COMMAND_H_

#include <CLI/CLI.hpp>
#include <ostream>
#include <string>

namespace quartet {

struct ReportOptions {
  std::string metrics = "localhost:9464";  // host:port
  double seconds = 5;                      // between the two scrapes
  bool json = false;
};

// Scrapes twice and prints. The exit code: 0, or 2 with one line in `errors`: no metrics. What it
// finds does not change it; that is for `quartet check`.
int RunReport(const ReportOptions& options, std::ostream& out, std::ostream& errors);

// Adds the command to the tool. When it is given, it runs and sets the exit code.
void AddReportCommand(CLI::App& tool, int& exit_code);

}  // namespace quartet

#endif  // QUARTET_CLIENT_OPERATOR_REPORT_REPORT_COMMAND_H_
