#include "transport/grpc_stream_transport.h"

#include <grpcpp/client_context.h>
#include <grpcpp/support/async_stream.h>

#include <deque>
#include <functional>
#include <utility>

#include "core/mutex.h"

namespace quartet::bench {
namespace {

// What the completion queue gives back.
using Tag = std::function<void(bool ok)>;

}  // namespace

// One after the other: a stream that has ended makes place for a new one. All of gRPC's operations
// are started with the lock held; one write and one read are under way at most.
class GrpcStreamTransport::Stream {
 public:
  Stream(const Options& options, grpc::CompletionQueue& queue, InFlight& in_flight)
      : stub_(v1::EmbeddingService::NewStub(ConnectTo(options.target, options.tls))),
        authorization_(AuthorizationOf(options.api_key)),
        encoding_(options.encoding),
        queue_(queue),
        in_flight_(in_flight) {}

  void Send(std::uint64_t id, const std::string& text, Done done) QUARTET_EXCLUDES(mutex_) {
    v1::EmbedStreamRequest request;
    request.set_id(id);
    request.set_text(text);
    if (encoding_ != v1::ENCODING_FLOATS) request.mutable_options()->set_encoding(encoding_);
    const MutexLock lock(mutex_);
    waiting_.push_back({id, std::move(done)});
    to_write_.push_back(std::move(request));
    if (open_ == nullptr) {
      Open();
    } else if (open_->is_ready) {
      WriteNext();
    }
  }

  // After the last answer.
  void Close() QUARTET_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    if (open_ != nullptr && open_->is_ready && !open_->broken) {
      open_->writing = true;
      open_->call->WritesDone(&written_);
    }
    while (open_ != nullptr) ended_.Wait(mutex_);
  }

 private:
  struct Waiting {
    std::uint64_t id;
    Done done;
  };
  struct Opened {
    grpc::ClientContext context;
    std::unique_ptr<grpc::ClientAsyncReaderWriter<v1::EmbedStreamRequest, v1::EmbedStreamResponse>>
        call;
    v1::EmbedStreamResponse response;
    grpc::Status status;
    bool is_ready = false;  // to be written to
    bool writing = false;
    bool broken = false;  // what is read will say so
  };

  void Open() QUARTET_REQUIRES(mutex_) {
    open_ = std::make_unique<Opened>();
    if (!authorization_.empty()) open_->context.AddMetadata("authorization", authorization_);
    open_->call = stub_->PrepareAsyncEmbedStream(&open_->context, &queue_);
    open_->call->StartCall(&started_);
  }

  void WriteNext() QUARTET_REQUIRES(mutex_) {
    if (open_->writing || open_->broken || to_write_.empty()) return;
    const v1::EmbedStreamRequest request = std::move(to_write_.front());
    to_write_.pop_front();
    grpc::WriteOptions options;
    if (!to_write_.empty()) options.set_buffer_hint();
    open_->writing = true;
    open_->call->Write(request, options, &written_);
  }

  void OnStarted(bool ok) QUARTET_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    open_->is_ready = true;
    open_->broken = !ok;
    open_->call->Read(&open_->response, &read_);
    WriteNext();
  }

  void OnWritten(bool ok) QUARTET_EXCLUDES(mutex_) {
    bool ended = false;
    {
      const MutexLock lock(mutex_);
      open_->writing = false;
      open_->broken = open_->broken || !ok;
      ended = has_ended_;
      WriteNext();
    }
    if (ended) End();
  }

  void OnRead(bool ok) QUARTET_EXCLUDES(mutex_) {
    Waiting answered;
    std::string outcome;
    {
      const MutexLock lock(mutex_);
      if (!ok) {
        open_->call->Finish(&open_->status, &finished_);
        return;
      }
      answered = std::move(waiting_.front());
      waiting_.pop_front();
      outcome = OutcomeOf(answered.id, open_->response);
      open_->call->Read(&open_->response, &read_);
    }
    answered.done(std::move(outcome));
    in_flight_.Remove();
  }

  static std::string OutcomeOf(std::uint64_t id, const v1::EmbedStreamResponse& response) {
    if (response.id() != id) return "WRONG ANSWER";
    return NameOf(static_cast<grpc::StatusCode>(response.error().code()));
  }

  void OnFinished(bool /*ok*/) QUARTET_EXCLUDES(mutex_) {
    {
      const MutexLock lock(mutex_);
      has_ended_ = true;
      open_->broken = true;
      if (open_->writing) return;  // its tag is still to come
    }
    End();
  }

  // What was not answered has failed with the stream.
  void End() QUARTET_EXCLUDES(mutex_) {
    std::deque<Waiting> failed;
    std::string outcome;
    {
      const MutexLock lock(mutex_);
      outcome = NameOf(open_->status.error_code());
      failed = std::exchange(waiting_, {});
      to_write_.clear();
      open_.reset();
      has_ended_ = false;
      ended_.NotifyAll();
    }
    for (Waiting& text : failed) {
      text.done(outcome == kOk ? "WRONG ANSWER" : outcome);
      in_flight_.Remove();
    }
  }

  const std::unique_ptr<v1::EmbeddingService::Stub> stub_;
  const std::string authorization_;  // empty: none
  const v1::Encoding encoding_;
  grpc::CompletionQueue& queue_;
  InFlight& in_flight_;
  Tag started_ = [this](bool ok) { OnStarted(ok); };
  Tag written_ = [this](bool ok) { OnWritten(ok); };
  Tag read_ = [this](bool ok) { OnRead(ok); };
  Tag finished_ = [this](bool ok) { OnFinished(ok); };

  Mutex mutex_;
  CondVar ended_;
  std::unique_ptr<Opened> open_ QUARTET_GUARDED_BY(mutex_);
  bool has_ended_ QUARTET_GUARDED_BY(mutex_) = false;
  std::deque<v1::EmbedStreamRequest> to_write_ QUARTET_GUARDED_BY(mutex_);
  std::deque<Waiting> waiting_ QUARTET_GUARDED_BY(mutex_);  // for their answers, in order
};

GrpcStreamTransport::GrpcStreamTransport(const Options& options) {
  for (std::size_t i = 0; i < options.streams; ++i) {
    streams_.push_back(std::make_unique<Stream>(options, queue_, in_flight_));
  }
  receiver_ = std::thread([this] { Receive(); });
}

GrpcStreamTransport::~GrpcStreamTransport() {
  for (const auto& stream : streams_) stream->Close();
  queue_.Shutdown();
  receiver_.join();
}

void GrpcStreamTransport::Start(std::span<const std::string> texts, Done done) {
  in_flight_.Add();
  const std::uint64_t id = started_.fetch_add(1);
  streams_[id % streams_.size()]->Send(id, texts.front(), std::move(done));
}

void GrpcStreamTransport::Receive() {
  void* tag = nullptr;
  bool ok = false;
  while (queue_.Next(&tag, &ok)) (*static_cast<Tag*>(tag))(ok);
}

}  // namespace quartet::bench
