// What a tensor of token ids or lengths holds.
#ifndef QUARTET_MODEL_ENCODER_INT64_SPAN_H_
#define QUARTET_MODEL_ENCODER_INT64_SPAN_H_

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <cstdint>
#include <span>

namespace quartet {

// Of a contiguous int64 tensor, which must outlive the span.
inline std::span<const std::int64_t> Int64Span(const at::Tensor& tensor) {
  return {tensor.const_data_ptr<std::int64_t>(), static_cast<std::size_t>(tensor.numel())};
}

}  // namespace quartet

#endif  // QUARTET_MODEL_ENCODER_INT64_SPAN_H_
