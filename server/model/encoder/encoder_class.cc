// torch.classes.quartet.Encoder: what a TorchScript module holds and the exporter makes.
#include <torch/custom_class.h>
#include <torch/script.h>

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "model/encoder/aten_encoder.h"
#include "model/encoder/encoder_state.h"
#include "model/encoder/helper_scope.h"
#include "model/encoder/int8_encoder.h"
#include "model/encoder/workspace.h"

namespace quartet {
namespace {

constexpr std::size_t kMostSequences = 4;

// Buffers for as many forwards as have run at once; they are kept.
class Workspaces {
 public:
  struct Workspace {
    explicit Workspace(const EncoderShape& shape)
        : shared(shape, kMostSequences * shape.max_sequence_length),
          own{TileBuffers(shape), TileBuffers(shape)} {}
    RowBuffers shared;
    TileBuffers own[2];  // of the calling thread, and of its helper
  };

  std::unique_ptr<Workspace> Take(const EncoderShape& shape) {
    const std::lock_guard lock(mutex_);
    if (free_.empty()) return std::make_unique<Workspace>(shape);
    std::unique_ptr<Workspace> taken = std::move(free_.back());
    free_.pop_back();
    return taken;
  }

  void Return(std::unique_ptr<Workspace> workspace) {
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(workspace));
  }

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<Workspace>> free_;
};

class Encoder : public torch::CustomClassHolder {
 public:
  using State = std::tuple<SizesByName, double, TensorsByName>;

  Encoder(const SizesByName& sizes, double layer_norm_eps, const TensorsByName& tensors)
      : state_(sizes, layer_norm_eps, tensors) {
    EncoderState state = ReadEncoderState(sizes, layer_norm_eps, tensors);
    shape_ = state.shape;
    if (Int8Encoder::IsSupported()) {
      fused_.emplace(std::move(state));
    } else {
      aten_.emplace(state);
    }
  }

  at::Tensor Encode(const at::Tensor& token_ids, const at::Tensor& sequence_lengths) {
    CheckBatch(token_ids, sequence_lengths);
    if (!fused_.has_value()) return aten_->Encode(token_ids, sequence_lengths);
    const RaggedBatch batch{Span(token_ids), Span(sequence_lengths)};
    at::Tensor vectors = at::empty(
        {sequence_lengths.numel(), static_cast<std::int64_t>(shape_.hidden_size)}, at::kFloat);
    std::unique_ptr<Workspaces::Workspace> memory = workspaces_.Take(shape_);
    EncodeRows(batch, *memory);
    fused_->Pool(batch, memory->shared, vectors.mutable_data_ptr<float>());
    workspaces_.Return(std::move(memory));
    return vectors;
  }

  void WarmUpThread() const {
    if (fused_.has_value()) fused_->WarmUpThread();
  }

  std::string Path() const {
    return fused_.has_value() ? "fused int8, AVX-512 VNNI"
                              : "aten float32: this CPU has no AVX-512 VNNI for oneDNN";
  }

  const State& state() const { return state_; }

 private:
  // On this thread, or half of the rows on another one.
  void EncodeRows(const RaggedBatch& batch, const Workspaces::Workspace& memory) const {
    const std::size_t rows = batch.token_ids.size();
    const std::size_t half = rows / 2;
    Rendezvous both(2);
    const std::function<void()> second_half = [&] {
      fused_->EncodeRows(batch, half, rows, memory.shared, memory.own[1], both);
    };
    ForwardHelper* helper = HelperScope::Current();
    if (helper != nullptr && half > 0 && helper->Start(second_half)) {
      fused_->EncodeRows(batch, 0, half, memory.shared, memory.own[0], both);
      helper->Join();
      return;
    }
    Rendezvous alone(1);
    fused_->EncodeRows(batch, 0, rows, memory.shared, memory.own[0], alone);
  }

  static std::span<const std::int64_t> Span(const at::Tensor& tensor) {
    return {tensor.const_data_ptr<std::int64_t>(), static_cast<std::size_t>(tensor.numel())};
  }

  // Whoever calls it, a wrong batch is an error and never a read outside of memory.
  void CheckBatch(const at::Tensor& token_ids, const at::Tensor& lengths) const {
    for (const at::Tensor& tensor : {token_ids, lengths}) {
      TORCH_CHECK(tensor.dim() == 1 && tensor.scalar_type() == at::kLong && tensor.is_contiguous(),
                  "quartet.Encoder: token_ids and sequence_lengths must be int64[*]");
    }
    TORCH_CHECK(lengths.numel() >= 1 && lengths.numel() <= std::int64_t{kMostSequences},
                "quartet.Encoder: ", lengths.numel(), " sequences, allowed are 1..",
                kMostSequences);
    std::int64_t total = 0;
    for (const std::int64_t length : Span(lengths)) {
      TORCH_CHECK(length >= 1 && length <= static_cast<std::int64_t>(shape_.max_sequence_length),
                  "quartet.Encoder: a sequence of ", length, " tokens, allowed are 1..",
                  shape_.max_sequence_length);
      total += length;
    }
    TORCH_CHECK(total == token_ids.numel(), "quartet.Encoder: sequence_lengths add up to ", total,
                ", there are ", token_ids.numel(), " token_ids");
    for (const std::int64_t id : Span(token_ids)) {
      TORCH_CHECK(id >= 0 && id < static_cast<std::int64_t>(shape_.vocab_size),
                  "quartet.Encoder: token id ", id, ", the vocabulary has ", shape_.vocab_size);
    }
  }

  State state_;  // what is pickled; the encoders read the same tensors
  EncoderShape shape_;
  std::optional<Int8Encoder> fused_;  // one of the two
  std::optional<AtenEncoder> aten_;
  Workspaces workspaces_;
};

TORCH_LIBRARY(quartet, library) {
  library.class_<Encoder>("Encoder")
      .def(torch::init<SizesByName, double, TensorsByName>())
      .def("encode", &Encoder::Encode)
      .def("warm_up_thread", &Encoder::WarmUpThread)
      .def("path", &Encoder::Path)
      .def_pickle([](const c10::intrusive_ptr<Encoder>& self) { return self->state(); },
                  [](const Encoder::State& state) {
                    const auto& [sizes, layer_norm_eps, tensors] = state;
                    return c10::make_intrusive<Encoder>(sizes, layer_norm_eps, tensors);
                  });
}

}  // namespace
}  // namespace quartet
