#include "operator/plan/plan_command.h"

#include <iostream>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "operator/plan/measured_server.h"
#include "operator/plan/plan.h"
#include "operator/plan/plan_text.h"
#include "operator/plan/quantity.h"
#include "operator/scrape.h"

namespace quartet {
namespace {

constexpr double kDefaultTokens = 16;
constexpr int kBadInput = 2;

// What is computed, and the sentence that says where its cost comes from.
struct Work {
  PlanInput input;
  std::string source;
};

std::string SourceOf(const MeasuredServer& server, const std::string& address) {
  std::string source = absl::StrFormat("%s: %.0f tokens/s of a core in its forwards", address,
                                       server.tokens_per_second);
  if (server.texts_per_forward < kBusyForward) {
    absl::StrAppendFormat(&source,
                          "; with %.1f texts a forward it was not busy, so this may be up to twice "
                          "too much",
                          server.texts_per_forward);
  }
  return source;
}

void SetPrecision(Precision precision, Work& work) {
  work.input.precision = precision;
  work.input.cost = MeasuredCost(precision);
}

absl::Status AskServer(const std::string& address, Work& work) {
  const absl::StatusOr<MetricsPage> page = Scrape(address);
  if (!page.ok()) return page.status();
  const absl::StatusOr<MeasuredServer> server = MeasuredServerOf(*page);
  if (!server.ok()) return server.status();
  if (server->precision) SetPrecision(*server->precision, work);
  work.input.tokens_per_text = server->tokens_per_text;
  work.input.cost.per_token = 1e6 / server->tokens_per_second;
  work.source = SourceOf(*server, address);
  return absl::OkStatus();
}

// What is given wins over what the server says, and that over what the bench has measured.
absl::StatusOr<Work> WorkOf(const PlanOptions& options) {
  Work work{.source = absl::StrCat("measured on ", kMeasuredOn, "; for yours see --metrics")};
  work.input.cores = options.cores;
  work.input.memory = options.memory;
  work.input.tokens_per_text = kDefaultTokens;
  work.input.texts_per_call = options.texts_per_call;
  work.input.rate = options.rate;
  if (options.precision) SetPrecision(*PrecisionOf(*options.precision), work);
  if (!options.metrics.empty()) {
    if (absl::Status asked = AskServer(options.metrics, work); !asked.ok()) return asked;
  }
  if (options.tokens_per_text) work.input.tokens_per_text = *options.tokens_per_text;
  if (options.tokens_per_second) {
    work.input.cost.per_token = 1e6 / *options.tokens_per_second;
    work.source = absl::StrFormat("--tokens-per-second %g of a core", *options.tokens_per_second);
  }
  return work;
}

// Writes the quantity out as a number, which CLI11 then reads.
CLI::Validator QuantityWithin(double least, double most) {
  const auto read = [least, most](std::string& text) -> std::string {
    const std::optional<double> value = ParseQuantity(text);
    if (!value) return absl::StrCat("'", text, "' is no quantity such as 2, 500m, 512Mi or 8G");
    if (*value < least || *value > most) {
      return absl::StrFormat("%s is not within %g and %g", text, least, most);
    }
    text = absl::StrFormat("%.17g", *value);
    return "";
  };
  return {read, ""};
}

void AddOptions(CLI::App& command, PlanOptions& options) {
  command.add_option("--cpu", options.cores, "Cores of the machine or node: 3, 1500m")
      ->required()
      ->default_str("")
      ->type_name("QUANTITY")
      ->transform(QuantityWithin(0.1, 1024));
  command.add_option("--memory", options.memory, "Its memory: 8G, 512Mi")
      ->required()
      ->default_str("")
      ->type_name("QUANTITY")
      ->transform(QuantityWithin(1e6, 1e14));
  command.add_option("--tokens", options.tokens_per_text, "Of a text on average; default: 16")
      ->check(CLI::Range(2.0, 512.0));
  command.add_option("--texts-per-call", options.texts_per_call, "On average")
      ->check(CLI::Range(1.0, 256.0));
  command.add_option("--rate", options.rate, "Texts a second that will come, of all clients")
      ->check(CLI::Range(0.001, 1e9));
  command.add_option("--precision", options.precision, "Of the model; default: int8")
      ->check(CLI::IsMember({"int8", "bf16", "fp32"}));
  command
      .add_option("--tokens-per-second", options.tokens_per_second,
                  "Of one core, as measured on yours")
      ->check(CLI::Range(1.0, 1e9));
  command
      .add_option("--metrics", options.metrics,
                  "A busy server, to take tokens and their cost from its histograms")
      ->type_name("HOST:PORT");
  command.add_option("--format", options.format, "text, json, or a Deployment's patch: kubernetes")
      ->check(CLI::IsMember({"text", "json", "kubernetes"}));
}

}  // namespace

int RunPlan(const PlanOptions& options, std::ostream& out, std::ostream& errors) {
  const absl::StatusOr<Work> work = WorkOf(options);
  if (!work.ok()) {
    errors << "quartet: --metrics: " << work.status().message() << '\n';
    return kBadInput;
  }
  const Plan plan = PlanOf(work->input);
  if (plan.replicas == 0) {
    errors << "quartet: --memory: " << plan.warnings.front() << '\n';
    return kBadInput;
  }
  const auto print = options.format == "json"         ? PlanAsJson
                     : options.format == "kubernetes" ? PlanAsKubernetes
                                                      : PlanAsText;
  out << print(work->input, plan, work->source);
  return 0;
}

void AddPlanCommand(CLI::App& tool, int& exit_code) {
  const auto options = std::make_shared<PlanOptions>();
  CLI::App* command = tool.add_subcommand(
      "plan", "How many servers of which size a machine carries, and how much they serve");
  AddOptions(*command, *options);
  command->callback([options, &exit_code] { exit_code = RunPlan(*options, std::cout, std::cerr); });
}

}  // namespace quartet
