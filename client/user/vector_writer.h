// Vectors as files have them.
#ifndef QUARTET_CLIENT_USER_VECTOR_WRITER_H_
#define QUARTET_CLIENT_USER_VECTOR_WRITER_H_

#include <cstddef>
#include <memory>
#include <ostream>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace quartet {

// One vector after the other, of the same dimension. Not thread-safe.
class VectorWriter {
 public:
  virtual ~VectorWriter() = default;
  virtual void Write(std::string_view text, std::span<const float> vector) = 0;
  // After the last one.
  virtual void End() {}
};

// `format`: jsonl (text and embedding, an object a line), json (an array of the same objects), csv
// (a line each, numbers alone), f32 (little-endian floats without anything between) or npy (float32
// [texts, dimension]; `out` must be able to seek). INVALID_ARGUMENT: another one. `out` must
// outlive the writer.
absl::StatusOr<std::unique_ptr<VectorWriter>> MakeVectorWriter(const std::string& format,
                                                               std::ostream& out);

// The beginning of an .npy file (version 1.0, 128 bytes whatever the numbers).
std::string NpyHeader(std::size_t rows, std::size_t dimension);

}  // namespace quartet

#endif  // QUARTET_CLIENT_USER_VECTOR_WRITER_H_
