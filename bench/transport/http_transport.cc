#include "transport/http_transport.h"

#include <nlohmann/json.hpp>
#include <utility>

namespace quartet::bench {
namespace {

constexpr int kPollMs = 1000;  // only a bound: curl_multi_wakeup ends it early
constexpr long kMaxConnections = 4096;
constexpr long kHttpOk = 200;

std::size_t CountBytes(char* /*data*/, std::size_t size, std::size_t count, void* bytes) {
  *static_cast<std::size_t*>(bytes) += size * count;
  return size * count;
}

}  // namespace

struct HttpTransport::Call {
  CURL* easy = nullptr;
  std::string body;
  std::size_t received = 0;
  Done done;

  Call() = default;
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;
  ~Call() { curl_easy_cleanup(easy); }

  std::string Outcome(CURLcode code) const {
    if (code != CURLE_OK) return curl_easy_strerror(code);
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    if (status != kHttpOk) return "HTTP " + std::to_string(status);
    return received > 0 ? kOk : "WRONG ANSWER";
  }
};

HttpTransport::HttpTransport(Options options)
    : options_(std::move(options)), multi_(curl_multi_init()) {
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, kMaxConnections);
  headers_ = curl_slist_append(headers_, "Content-Type: application/json");
  headers_ = curl_slist_append(headers_, "Expect:");  // no round trip before long bodies
  thread_ = std::thread([this] { Transfer(); });
}

HttpTransport::~HttpTransport() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  curl_multi_wakeup(multi_);
  thread_.join();
  curl_multi_cleanup(multi_);
  curl_slist_free_all(headers_);
}

void HttpTransport::Start(std::span<const std::string> texts, Done done) {
  nlohmann::json body;
  body[options_.texts_field] = std::vector<std::string>(texts.begin(), texts.end());
  if (!options_.model.empty()) body["model"] = options_.model;
  auto call = std::make_unique<Call>();
  call->body = body.dump();
  call->done = std::move(done);
  call->easy = curl_easy_init();
  const auto deadline_ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(options_.deadline).count();
  curl_easy_setopt(call->easy, CURLOPT_URL, options_.url.c_str());
  curl_easy_setopt(call->easy, CURLOPT_HTTPHEADER, headers_);
  curl_easy_setopt(call->easy, CURLOPT_POSTFIELDSIZE, static_cast<long>(call->body.size()));
  curl_easy_setopt(call->easy, CURLOPT_POSTFIELDS, call->body.data());
  curl_easy_setopt(call->easy, CURLOPT_WRITEFUNCTION, &CountBytes);
  curl_easy_setopt(call->easy, CURLOPT_WRITEDATA, &call->received);
  curl_easy_setopt(call->easy, CURLOPT_TIMEOUT_MS, static_cast<long>(deadline_ms));
  curl_easy_setopt(call->easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(call->easy, CURLOPT_PROXY, "");  // loopback, whatever the environment says
  curl_easy_setopt(call->easy, CURLOPT_PRIVATE, call.get());
  in_flight_.Add();
  {
    const MutexLock lock(mutex_);
    new_.push_back(std::move(call));
  }
  curl_multi_wakeup(multi_);
}

bool HttpTransport::AddNew() {
  std::vector<std::unique_ptr<Call>> calls;
  {
    const MutexLock lock(mutex_);
    if (stopping_) return false;
    calls.swap(new_);
  }
  for (auto& call : calls) curl_multi_add_handle(multi_, call.release()->easy);  // see FinishDone
  return true;
}

void HttpTransport::FinishDone() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    char* owner = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &owner);
    const std::unique_ptr<Call> call(reinterpret_cast<Call*>(owner));
    const CURLcode code = message->data.result;
    curl_multi_remove_handle(multi_, call->easy);
    call->done(call->Outcome(code));
    in_flight_.Remove();
  }
}

void HttpTransport::Transfer() {
  while (AddNew()) {
    int running = 0;
    curl_multi_perform(multi_, &running);
    FinishDone();
    curl_multi_poll(multi_, nullptr, 0, kPollMs, nullptr);
  }
}

}  // namespace quartet::bench
