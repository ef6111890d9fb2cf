// torch.classes.quartet.Encoder: what a TorchScript module holds and the exporter makes.
#include <torch/custom_class.h>
#include <torch/script.h>

#include <memory>
#include <string>
#include <tuple>
#include <utility>

#include "model/encoder/encoder_path.h"
#include "model/encoder/encoder_state.h"
#include "model/encoder/int64_span.h"

namespace quartet {
namespace {

class Encoder : public torch::CustomClassHolder {
 public:
  using State = std::tuple<SizesByName, double, TensorsByName>;

  Encoder(const SizesByName& sizes, double layer_norm_eps, const TensorsByName& tensors)
      : state_(sizes, layer_norm_eps, tensors) {
    EncoderState state = ReadEncoderState(sizes, layer_norm_eps, tensors);
    shape_ = state.shape;
    path_ = BestEncoderPath(std::move(state));
  }

  at::Tensor Encode(const at::Tensor& token_ids, const at::Tensor& sequence_lengths) {
    CheckBatch(token_ids, sequence_lengths);
    return path_->Encode(token_ids, sequence_lengths);
  }

  at::Tensor EncodeTokens(const at::Tensor& token_ids, const at::Tensor& sequence_lengths) {
    CheckBatch(token_ids, sequence_lengths);
    return path_->EncodeTokens(token_ids, sequence_lengths);
  }

  void WarmUpThread() const { path_->WarmUpThread(); }

  std::string Path() const { return path_->Name(); }

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
    for (const std::int64_t length : Int64Span(lengths)) {
      TORCH_CHECK(length >= 1 && length <= static_cast<std::int64_t>(shape_.max_sequence_length),
                  "quartet.Encoder: a sequence of ", length, " tokens, allowed are 1..",
                  shape_.max_sequence_length);
      total += length;
    }
    TORCH_CHECK(total == token_ids.numel(), "quartet.Encoder: sequence_lengths add up to ", total,
                ", there are ", token_ids.numel(), " token_ids");
    for (const std::int64_t id : Int64Span(token_ids)) {
      TORCH_CHECK(id >= 0 && id < static_cast<std::int64_t>(shape_.vocab_size),
                  "quartet.Encoder: token id ", id, ", the vocabulary has ", shape_.vocab_size);
    }
  }

  State state_;  // what is pickled; the path reads the same tensors
  EncoderShape shape_;
  std::unique_ptr<EncoderPath> path_;
};

TORCH_LIBRARY(quartet, library) {
  library.class_<Encoder>("Encoder")
      .def(torch::init<SizesByName, double, TensorsByName>())
      .def("encode", &Encoder::Encode)
      .def("encode_tokens", &Encoder::EncodeTokens)
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
