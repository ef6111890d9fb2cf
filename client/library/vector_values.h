// The numbers of an answer's vector, in whatever encoding it came.
#ifndef QUARTET_CLIENT_LIBRARY_VECTOR_VALUES_H_
#define QUARTET_CLIENT_LIBRARY_VECTOR_VALUES_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "quartet/v1/embedding.pb.h"

namespace quartet::client {

// Of IEEE 754's half precision.
float FloatOf(std::uint16_t half);

// How many numbers a vector in bytes has; 0: there is none, or its bytes are no whole numbers.
std::size_t DimensionOf(const v1::Embedding& embedding);

// `values`: DimensionOf(embedding) of them.
void CopyValues(const v1::Embedding& embedding, std::span<float> values);

}  // namespace quartet::client

#endif  // QUARTET_CLIENT_LIBRARY_VECTOR_VALUES_H_
