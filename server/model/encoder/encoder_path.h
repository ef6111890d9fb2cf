// The ways to compute the same vectors, and which of them is best on this CPU.
#ifndef QUARTET_MODEL_ENCODER_ENCODER_PATH_H_
#define QUARTET_MODEL_ENCODER_ENCODER_PATH_H_

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <memory>
#include <string>

#include "model/encoder/encoder_state.h"

namespace quartet {

inline constexpr std::size_t kMostSequences = 4;  // of a batch

// Thread-safe.
class EncoderPath {
 public:
  virtual ~EncoderPath() = default;

  // token_ids int64[T], sequence_lengths int64[N] as RaggedBatch says, N <= kMostSequences; not
  // checked. float32 [N, hidden].
  virtual at::Tensor Encode(const at::Tensor& token_ids, const at::Tensor& sequence_lengths) = 0;

  // The same before pooling: float32 [T, hidden], a row per token.
  virtual at::Tensor EncodeTokens(const at::Tensor& token_ids,
                                  const at::Tensor& sequence_lengths) = 0;

  // Does for the calling thread what its first Encode would else do.
  virtual void WarmUpThread() const {}

  // For the log: what it computes in, and with which instructions or why without.
  virtual std::string Name() const = 0;
};

// Throws c10::Error if QUARTET_MAX_ISA (instruction_set.h) is none of its values.
std::unique_ptr<EncoderPath> BestEncoderPath(EncoderState state);

}  // namespace quartet

#endif  // QUARTET_MODEL_ENCODER_ENCODER_PATH_H_
