#ifndef QUARTET_PIPELINE_CACHE_SIZE_H_
#define QUARTET_PIPELINE_CACHE_SIZE_H_

#include <cstddef>

namespace quartet {

// What a VectorCache holds.
struct CacheSize {
  std::size_t entries = 0;
  std::size_t bytes = 0;
};

}  // namespace quartet

#endif  // QUARTET_PIPELINE_CACHE_SIZE_H_
