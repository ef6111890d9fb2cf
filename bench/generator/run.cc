#include "generator/run.h"

#include <unistd.h>

#include <future>
#include <iostream>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "load/load_loops.h"
#include "load/pacer.h"
#include "texts/text_file.h"
#include "texts/text_generator.h"
#include "transport/grpc_stream_transport.h"
#include "transport/grpc_transport.h"
#include "transport/http_transport.h"

namespace quartet::bench {
namespace {

constexpr auto kRetryInterval = std::chrono::milliseconds(10);
constexpr auto kProgressInterval = std::chrono::seconds(1);

Duration Seconds(double seconds) {
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
}

absl::StatusOr<TextSource> Texts(const Options& options) {
  TextSource source{.texts = {}, .texts_per_call = options.texts_per_call};
  if (!options.texts_file.empty()) {
    auto texts = ReadTexts(options.texts_file);
    if (!texts.ok()) return texts.status();
    source.texts = *std::move(texts);
  } else {
    const auto mix = LengthMix::Parse(options.mix);
    if (!mix.ok()) return mix.status();
    source.texts = GenerateTexts(*mix, options.seed, options.texts);
  }
  // A call needs enough of them; repeats are as good as others.
  for (std::size_t i = 0; source.texts.size() < source.texts_per_call; ++i) {
    source.texts.push_back(std::string(source.texts[i]));
  }
  return source;
}

TlsFiles TlsOf(const Options& options) {
  return {.ca = options.tls_ca, .certificate = options.tls_cert, .key = options.tls_key};
}

v1::Encoding EncodingOf(const Options& options) {
  if (options.encoding == "float32") return v1::ENCODING_FLOAT32_LE;
  if (options.encoding == "float16") return v1::ENCODING_FLOAT16_LE;
  if (options.encoding == "int8") return v1::ENCODING_INT8;
  return v1::ENCODING_FLOATS;
}

std::unique_ptr<Transport> Connect(const Options& options) {
  if (options.protocol == "grpc") {
    return std::make_unique<GrpcTransport>(GrpcTransport::Options{.target = options.target,
                                                                  .channels = options.channels,
                                                                  .deadline = options.deadline,
                                                                  .tls = TlsOf(options),
                                                                  .api_key = options.api_key,
                                                                  .encoding = EncodingOf(options)});
  }
  if (options.protocol == "grpc-stream") {
    return std::make_unique<GrpcStreamTransport>(
        GrpcStreamTransport::Options{.target = options.target,
                                     .streams = options.channels,
                                     .tls = TlsOf(options),
                                     .api_key = options.api_key,
                                     .encoding = EncodingOf(options)});
  }
  const bool openai = options.protocol == "openai";
  return std::make_unique<HttpTransport>(HttpTransport::Options{
      .url = "http://" + options.target + (openai ? "/embeddings" : "/embed"),
      .texts_field = openai ? "input" : "texts",
      .model = openai ? "paraphrase-MiniLM-L3-v2" : "",
      .deadline = options.deadline});
}

// Asks until the server answers; how long that took.
absl::StatusOr<double> FirstAnswer(const Options& options, const TextSource& texts,
                                   Transport& transport, Pacer& pacer) {
  const TimePoint start = pacer.Now();
  const TimePoint give_up = start + Seconds(options.wait_seconds);
  while (true) {
    std::promise<std::string> status;
    transport.Start(texts.OfCall(0), [&](std::string done) { status.set_value(std::move(done)); });
    const std::string got = status.get_future().get();
    transport.Drain();
    if (got == kOk) return ToSeconds(pacer.Now() - start);
    if (pacer.Now() >= give_up) {
      return absl::UnavailableError(absl::StrCat("no answer from ", options.target, " within ",
                                                 options.wait_seconds, " s, but ", got));
    }
    pacer.SleepUntil(pacer.Now() + kRetryInterval);
  }
}

void Load(const Options& options, const LoadLimits& limits, const TextSource& texts,
          Transport& transport, Pacer& pacer, CallLog& log) {
  if (options.mode == "closed") {
    RunClosedLoop(limits, options.clients, texts, transport, pacer, log);
    return;
  }
  const auto arrivals = options.arrivals == "poisson" ? Arrivals::kPoisson : Arrivals::kConstant;
  RunOpenLoop(limits, ArrivalSchedule(arrivals, options.rate, options.seed), texts, transport,
              pacer, log);
}

void ShowProgress(const std::future<void>& load, const Options& options, TimePoint start,
                  const Transport& transport, const CallLog& log) {
  while (load.wait_for(kProgressInterval) != std::future_status::ready) {
    if (options.json_only) continue;
    const double seconds = ToSeconds(std::chrono::steady_clock::now() - start);
    std::cerr << "\rquartet-bench: " << static_cast<int>(seconds) << " of "
              << options.warm_up_seconds + options.seconds << " s, " << log.size()
              << " calls done, " << transport.in_flight() << " in flight   " << std::flush;
  }
  if (!options.json_only) std::cerr << '\n';
}

std::vector<UsageSample> Sample(int pid, const Window& window, Duration interval, Pacer& pacer) {
  if (pid == 0) return {};
  return SampleUsage(pid, window.start, window.end, interval, pacer);
}

// Loads, and samples both processes at the same time.
void LoadAndMeasure(const TextSource& texts, Transport& transport, Pacer& pacer, Report& report) {
  const Options& options = report.options;
  const TimePoint start = pacer.Now();
  const Window window{.start = start + Seconds(options.warm_up_seconds),
                      .end = start + Seconds(options.warm_up_seconds + options.seconds)};
  const LoadLimits limits{.start = start,
                          .end = window.end,
                          .max_calls = options.max_calls,
                          .in_flight_cap = options.in_flight_cap};
  CallLog log;
  auto server = std::async(std::launch::async, Sample, options.pid, window,
                           Duration(options.sample_interval), std::ref(pacer));
  auto generator = std::async(std::launch::async, Sample, getpid(), window,
                              window.end - window.start, std::ref(pacer));
  auto load =
      std::async(std::launch::async, [&] { Load(options, limits, texts, transport, pacer, log); });
  ShowProgress(load, options, start, transport, log);
  report.load = Evaluate(log.Take(), window);
  report.server = server.get();
  const std::vector<UsageSample> own = generator.get();
  report.generator_cpu_seconds = own.back().usage.cpu_seconds - own.front().usage.cpu_seconds;
}

}  // namespace

absl::StatusOr<Report> RunLoad(const Options& options) {
  const absl::StatusOr<TextSource> texts = Texts(options);
  if (!texts.ok()) return texts.status();
  const std::unique_ptr<Transport> transport = Connect(options);
  SystemPacer pacer;
  Report report{.options = options};
  if (options.wait_seconds > 0) {
    const auto seconds = FirstAnswer(options, *texts, *transport, pacer);
    if (!seconds.ok()) return seconds.status();
    report.seconds_to_first_answer = *seconds;
  }
  if (options.seconds > 0) LoadAndMeasure(*texts, *transport, pacer, report);
  return report;
}

}  // namespace quartet::bench
