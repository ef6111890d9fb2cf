#include "model/encoder/fused_path.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "model/encoder/fused_encoder.h"
#include "model/encoder/helper_scope.h"
#include "model/encoder/instruction_set.h"
#include "model/encoder/int64_span.h"
#include "model/encoder/workspace.h"

namespace quartet {
namespace {

template <class Linear>
class FusedPath final : public EncoderPath {
 public:
  FusedPath(std::string name, EncoderState state)
      : name_(std::move(name)), encoder_(std::move(state)) {}

  at::Tensor Encode(const at::Tensor& token_ids, const at::Tensor& sequence_lengths) override {
    const RaggedBatch batch{Int64Span(token_ids), Int64Span(sequence_lengths)};
    at::Tensor vectors = at::empty({sequence_lengths.numel(), hidden()}, at::kFloat);
    std::unique_ptr<Workspace> memory = TakeWorkspace();
    EncodeRows(batch, *memory);
    encoder_.Pool(batch, memory->shared, vectors.mutable_data_ptr<float>());
    Return(std::move(memory));
    return vectors;
  }

  at::Tensor EncodeTokens(const at::Tensor& token_ids,
                          const at::Tensor& sequence_lengths) override {
    at::Tensor rows = at::empty({token_ids.numel(), hidden()}, at::kFloat);
    std::unique_ptr<Workspace> memory = TakeWorkspace();
    EncodeRows({Int64Span(token_ids), Int64Span(sequence_lengths)}, *memory);
    std::copy_n(memory->shared.rows.get(), rows.numel(), rows.mutable_data_ptr<float>());
    Return(std::move(memory));
    return rows;
  }

  void WarmUpThread() const override { encoder_.WarmUpThread(); }

  std::string Name() const override { return name_; }

 private:
  struct Workspace {
    explicit Workspace(const EncoderShape& shape)
        : shared(shape, kMostSequences * shape.max_sequence_length),
          own{TileBuffers<Linear>(shape), TileBuffers<Linear>(shape)} {}
    RowBuffers<Linear> shared;
    TileBuffers<Linear> own[2];  // of the calling thread, and of its helper
  };

  std::int64_t hidden() const { return static_cast<std::int64_t>(encoder_.shape().hidden_size); }

  // On this thread, or half of the rows on another one.
  void EncodeRows(const RaggedBatch& batch, const Workspace& memory) const {
    const std::size_t rows = batch.token_ids.size();
    const std::size_t half = rows / 2;
    Rendezvous both(2);
    const std::function<void()> second_half = [&] {
      encoder_.EncodeRows(batch, half, rows, memory.shared, memory.own[1], both);
    };
    ForwardHelper* helper = HelperScope::Current();
    if (helper != nullptr && half > 0 && helper->Start(second_half)) {
      encoder_.EncodeRows(batch, 0, half, memory.shared, memory.own[0], both);
      helper->Join();
      return;
    }
    Rendezvous alone(1);
    encoder_.EncodeRows(batch, 0, rows, memory.shared, memory.own[0], alone);
  }

  // As many are made as forwards run at once; they are kept.
  std::unique_ptr<Workspace> TakeWorkspace() {
    const std::lock_guard lock(mutex_);
    if (free_.empty()) return std::make_unique<Workspace>(encoder_.shape());
    std::unique_ptr<Workspace> taken = std::move(free_.back());
    free_.pop_back();
    return taken;
  }

  void Return(std::unique_ptr<Workspace> workspace) {
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(workspace));
  }

  const std::string name_;
  const FusedEncoder<Linear> encoder_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Workspace>> free_;
};

// Moves the state into a path with such linears, if this CPU can run it; else null.
template <class Linear>
std::unique_ptr<EncoderPath> TryFused(const char* name, EncoderState& state) {
  if (!FusedEncoder<Linear>::IsSupported(state.shape)) return nullptr;
  return std::make_unique<FusedPath<Linear>>(name, std::move(state));
}

}  // namespace

std::unique_ptr<EncoderPath> FusedEncoderPath(EncoderState& state) {
  CheckMaxIsa();
  if (state.weights == at::kChar) {
    std::unique_ptr<EncoderPath> path = TryFused<Int8Linear>("fused int8, AVX-512 VNNI", state);
    if (path) return path;
    return TryFused<WideLinear>("fused int8, AVX2: no AVX-512 VNNI", state);
  }
  if (state.weights == at::kFloat) return TryFused<FloatLinear>("fused float32", state);
  std::unique_ptr<EncoderPath> path = TryFused<HalfLinear>("fused bf16, AVX-512 BF16", state);
  if (path || !FusedEncoder<FloatLinear>::IsSupported(state.shape)) return path;
  state = Widened(std::move(state));
  return TryFused<FloatLinear>("fused float32 from bf16: no AVX-512 BF16", state);
}

}  // namespace quartet
