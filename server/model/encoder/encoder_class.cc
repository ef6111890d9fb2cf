// torch.classes.quartet.Encoder: what a TorchScript module holds and the exporter makes.
#include <torch/custom_class.h>
#include <torch/script.h>

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "model/encoder/aten_encoder.h"
#include "model/encoder/encoder_state.h"
#include "model/encoder/fused_encoder.h"
#include "model/encoder/helper_scope.h"
#include "model/encoder/workspace.h"

namespace quartet {
namespace {

constexpr std::size_t kMostSequences = 4;

// One of the ways to compute the same vectors. Thread-safe.
class Implementation {
 public:
  virtual ~Implementation() = default;
  // A checked batch.
  virtual at::Tensor Encode(const at::Tensor& token_ids, const at::Tensor& sequence_lengths) = 0;
  virtual void WarmUpThread() const {}
  virtual std::string Path() const = 0;
};

std::span<const std::int64_t> Span(const at::Tensor& tensor) {
  return {tensor.const_data_ptr<std::int64_t>(), static_cast<std::size_t>(tensor.numel())};
}

template <class Linear>
class Fused final : public Implementation {
 public:
  explicit Fused(EncoderState state) : encoder_(std::move(state)) {}

  at::Tensor Encode(const at::Tensor& token_ids, const at::Tensor& sequence_lengths) override {
    const RaggedBatch batch{Span(token_ids), Span(sequence_lengths)};
    const auto hidden = static_cast<std::int64_t>(encoder_.shape().hidden_size);
    at::Tensor vectors = at::empty({sequence_lengths.numel(), hidden}, at::kFloat);
    std::unique_ptr<Workspace> memory = TakeWorkspace();
    EncodeRows(batch, *memory);
    encoder_.Pool(batch, memory->shared, vectors.mutable_data_ptr<float>());
    Return(std::move(memory));
    return vectors;
  }

  void WarmUpThread() const override { encoder_.WarmUpThread(); }

  std::string Path() const override {
    return std::is_same_v<Linear, Int8Linear> ? "fused int8, AVX-512 VNNI"
                                              : "fused bf16, AVX-512 BF16";
  }

 private:
  struct Workspace {
    explicit Workspace(const EncoderShape& shape)
        : shared(shape, kMostSequences * shape.max_sequence_length),
          own{TileBuffers<Linear>(shape), TileBuffers<Linear>(shape)} {}
    RowBuffers<Linear> shared;
    TileBuffers<Linear> own[2];  // of the calling thread, and of its helper
  };

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

  const FusedEncoder<Linear> encoder_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Workspace>> free_;
};

class Aten final : public Implementation {
 public:
  explicit Aten(const EncoderState& state) : encoder_(state) {}
  at::Tensor Encode(const at::Tensor& token_ids, const at::Tensor& sequence_lengths) override {
    return encoder_.Encode(token_ids, sequence_lengths);
  }
  std::string Path() const override {
    return "aten float32: this CPU has no kernels for the weights' type";
  }

 private:
  const AtenEncoder encoder_;
};

std::unique_ptr<Implementation> BestImplementation(EncoderState state) {
  if (state.weights == at::kChar && FusedEncoder<Int8Linear>::IsSupported()) {
    return std::make_unique<Fused<Int8Linear>>(std::move(state));
  }
  if (state.weights == at::kBFloat16 && FusedEncoder<HalfLinear>::IsSupported()) {
    return std::make_unique<Fused<HalfLinear>>(std::move(state));
  }
  return std::make_unique<Aten>(state);
}

class Encoder : public torch::CustomClassHolder {
 public:
  using State = std::tuple<SizesByName, double, TensorsByName>;

  Encoder(const SizesByName& sizes, double layer_norm_eps, const TensorsByName& tensors)
      : state_(sizes, layer_norm_eps, tensors) {
    EncoderState state = ReadEncoderState(sizes, layer_norm_eps, tensors);
    shape_ = state.shape;
    implementation_ = BestImplementation(std::move(state));
  }

  at::Tensor Encode(const at::Tensor& token_ids, const at::Tensor& sequence_lengths) {
    CheckBatch(token_ids, sequence_lengths);
    return implementation_->Encode(token_ids, sequence_lengths);
  }

  void WarmUpThread() const { implementation_->WarmUpThread(); }

  std::string Path() const { return implementation_->Path(); }

  const State& state() const { return state_; }

 private:
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

  State state_;  // what is pickled; the implementation reads the same tensors
  EncoderShape shape_;
  std::unique_ptr<Implementation> implementation_;
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
