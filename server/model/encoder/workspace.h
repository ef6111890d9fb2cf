// The memory of a forward, allocated once, so that nothing grows with the lengths that come.
#ifndef QUARTET_MODEL_ENCODER_WORKSPACE_H_
#define QUARTET_MODEL_ENCODER_WORKSPACE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "model/encoder/encoder_state.h"
#include "model/encoder/products.h"
#include "model/encoder/row_kernels.h"

namespace quartet {

// Begins at a cache line, not initialised: pages of memory that no text was long enough for are
// never touched, so they cost nothing.
template <class T>
class Buffer {
 public:
  explicit Buffer(std::size_t size)
      : values_(static_cast<T*>(::operator new(size * sizeof(T), kAlignment))) {}
  T* get() const { return values_.get(); }

 private:
  static constexpr std::align_val_t kAlignment{64};
  struct Delete {
    void operator()(T* values) const { ::operator delete(values, kAlignment); }
  };
  std::unique_ptr<T, Delete> values_;
};

// The memory of a product's left side.
template <class Rows>
class RowBuffer;

template <class Value>
class RowBuffer<PlainRows<Value>> {
 public:
  RowBuffer(std::size_t rows, std::size_t columns) : columns_(columns), values_(rows * columns) {}
  PlainRows<Value> From(std::size_t row) const {
    return PlainRows<Value>{values_.get()}.From(row, columns_);
  }

 private:
  std::size_t columns_;
  Buffer<Value> values_;
};

template <class Isa>
class RowBuffer<QuantizedRows<Isa>> {
 public:
  RowBuffer(std::size_t rows, std::size_t columns)
      : columns_(columns), values_(rows * columns), scale_(rows), low_(rows) {}
  QuantizedRows<Isa> From(std::size_t row) const {
    return QuantizedRows<Isa>{values_.get(), scale_.get(), low_.get()}.From(row, columns_);
  }

 private:
  std::size_t columns_;
  Buffer<typename Isa::Step> values_;
  Buffer<float> scale_;
  Buffer<float> low_;
};

// What a thread needs for the rows it is working on.
template <class Linear>
struct TileBuffers {
  explicit TileBuffers(const EncoderShape& shape)
      : products(kTileRows * kBlockColumns),
        contexts(kTileRows, shape.hidden_size),
        intermediate(kTileRows * shape.intermediate_size),
        intermediate_max(kTileRows * kMostLanes),
        quantized_intermediate(kTileRows, shape.intermediate_size),
        transposed_keys(shape.head_size() * PaddedKeys(shape.max_sequence_length)),
        values(shape.head_size() * shape.max_sequence_length),
        scores(kQueriesAtOnce * PaddedKeys(shape.max_sequence_length)) {}

  Buffer<typename Linear::Types::Product> products;         // [kTileRows, kBlockColumns]
  RowBuffer<typename Linear::Rows> contexts;                // [kTileRows, hidden]
  Buffer<float> intermediate;                               // [kTileRows, intermediate]
  Buffer<float> intermediate_max;                           // [kTileRows, kMostLanes]
  RowBuffer<typename Linear::Rows> quantized_intermediate;  // [kTileRows, intermediate]
  Buffer<float> transposed_keys;                            // of one head, see PackHead
  Buffer<float> values;                                     // of one head
  Buffer<float> scores;                                     // of kQueriesAtOnce queries of one head
};

// What all rows of a batch need; the threads of a forward share it.
template <class Linear>
struct RowBuffers {
  RowBuffers(const EncoderShape& shape, std::size_t rows)
      : rows(rows * shape.hidden_size),
        quantized(rows, shape.hidden_size),
        projections{Buffer<float>(rows * 3 * shape.hidden_size),
                    Buffer<float>(rows * 3 * shape.hidden_size)} {}

  Buffer<float> rows;  // [rows, hidden]: the residual stream
  RowBuffer<typename Linear::Rows>
      quantized;  // [rows, hidden]: the same, as the next projection's left side
  // [rows, 3 * hidden]: queries, keys, values; layers take turns, so that a thread may go on to
  // the next layer while the other still reads its keys and values.
  Buffer<float> projections[2];
};

}  // namespace quartet

#endif  // QUARTET_MODEL_ENCODER_WORKSPACE_H_
