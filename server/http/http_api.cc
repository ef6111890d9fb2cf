#include "http/http_api.h"

#include <array>
#include <chrono>
#include <utility>

#include "calls/embed_notes.h"
#include "calls/request_id.h"
#include "core/error_detail.h"
#include "http/pending_answer.h"

namespace quartet {
namespace {

using Kind = HttpRoute::Kind;

constexpr MethodName NameOf(std::string_view path) { return {"http", path, MethodType::kUnary}; }

constexpr std::array kRoutes = {
    HttpRoute{Kind::kHealth, NameOf("/health")}, HttpRoute{Kind::kModels, NameOf("/v1/models")},
    HttpRoute{Kind::kEmbed, NameOf("/query"), &ParseQuery, &QueryAnswer},
    HttpRoute{Kind::kEmbed, NameOf("/query/batch"), &ParseQueryBatch, &QueryBatchAnswer},
    HttpRoute{Kind::kEmbed, NameOf("/v1/embeddings"), &ParseEmbeddings, &EmbeddingsAnswer}};

// Another replica takes it at once; this one, started again, soon.
constexpr Duration kRetryAfterStop = std::chrono::seconds(1);

CallNotes NotesOf(const EmbedResult& result) {
  std::size_t tokens = 0;
  for (const TextEmbedding& text : result.embeddings) tokens += text.token_count;
  return EmbedNotes(result.embeddings.size(), tokens, result.timing);
}

}  // namespace

HttpApi::HttpApi(Options options, const Clock& clock, CallObserver& observer, Backend backend)
    : options_(options), clock_(clock), observer_(observer), backend_(std::move(backend)) {}

std::span<const HttpRoute> HttpApi::Routes() { return kRoutes; }

std::vector<MethodName> HttpApi::Methods() {
  std::vector<MethodName> methods;
  for (const HttpRoute& route : kRoutes) methods.push_back(route.name);
  return methods;
}

HttpAnswer HttpApi::Answer(const HttpRoute& route, const HttpRequest& request,
                           const std::function<bool()>& is_gone) {
  const TimePoint started = clock_.Now();
  observer_.OnCallStarted(route.name);
  CallNotes notes;
  absl::StatusOr<HttpAnswer> served = Serve(route, request, is_gone, notes);
  const Duration handling = clock_.Now() - started;
  if (served.status().code() == absl::StatusCode::kInternal) {
    notes = {{"message", std::string(served.status().message())}};
  } else if (handling <= options_.slow_call) {
    notes.clear();
  }
  const std::string_view id = RequestIdOf(request.request_id);
  observer_.OnCallHandled({.method = route.name,
                           .code = served.status().code(),
                           .handling = handling,
                           .request_id = id,
                           .notes = notes});
  HttpAnswer answer = served.ok() ? *std::move(served) : ErrorAnswer(served.status());
  if (!id.empty()) answer.headers.emplace_back(kRequestIdKey, id);
  return answer;
}

absl::StatusOr<HttpAnswer> HttpApi::Serve(const HttpRoute& route, const HttpRequest& request,
                                          const std::function<bool()>& is_gone, CallNotes& notes) {
  if (is_stopping_) {
    return WithRetryAfter(absl::UnavailableError("the server is stopping"), kRetryAfterStop);
  }
  const bool is_open = route.kind == Kind::kHealth && options_.open_health;
  absl::StatusOr<AdmittedCall> admitted =
      Admit(is_open ? nullptr : options_.gate, {.authorization = request.authorization},
            "http:" + request.connection);
  if (!admitted.ok()) return admitted.status();
  if (route.kind == Kind::kHealth) {
    return HealthAnswer(backend_.is_ready(), backend_.served()->info);
  }
  if (route.kind == Kind::kModels) return ModelsAnswer(backend_.served()->info);
  absl::StatusOr<HttpAnswer> answer = Embed(route, request, admitted->client, is_gone, notes);
  if (RetryAfterOf(answer.status())) admitted->tallied.CountRefusal();
  return answer;
}

absl::StatusOr<HttpAnswer> HttpApi::Embed(const HttpRoute& route, const HttpRequest& request,
                                          ClientId client, const std::function<bool()>& is_gone,
                                          CallNotes& notes) {
  if (absl::Status status = CheckContent(request); !status.ok()) return status;
  absl::StatusOr<EmbedCall> call = route.parse(request.body, options_.limits);
  if (!call.ok()) return call.status();
  const ServedModelPtr served = backend_.served();
  const absl::StatusOr<VectorOptions> vectors = VectorOptionsOf(
      call->dimensions, call->normalize,
      call->as_bytes ? VectorEncoding::kFloat32Le : VectorEncoding::kFloats, served->info);
  if (!vectors.ok()) return vectors.status();
  const std::string_view prompt = DefaultPromptOf(served->info);
  if (!prompt.empty()) {
    for (std::string& text : call->texts) text.insert(0, prompt);
  }
  PendingAnswer pending;
  backend_.embed({.served = served,
                  .texts = std::move(call->texts),
                  .deadline = BoundedDeadline(kInfiniteFuture, clock_.Now(), options_.deadlines),
                  .client = client,
                  .reply = pending.MakeReply()});
  const absl::StatusOr<EmbedResult> result =
      pending.Wait([&] { return is_cancelled_ || is_gone(); });
  if (!result.ok()) return result.status();
  notes = NotesOf(*result);
  return route.answer(*result, *vectors, served->info);
}

}  // namespace quartet
