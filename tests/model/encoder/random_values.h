// Numbers for the tests of the kernels, the same in every run.
#ifndef QUARTET_TESTS_MODEL_ENCODER_RANDOM_VALUES_H_
#define QUARTET_TESTS_MODEL_ENCODER_RANDOM_VALUES_H_

#include <cstddef>
#include <random>
#include <vector>

namespace quartet {

class RandomValues {
 public:
  std::vector<float> Floats(std::size_t count, float low = -1, float high = 1) {
    std::uniform_real_distribution<float> distribution(low, high);
    std::vector<float> values(count);
    for (float& value : values) value = distribution(generator_);
    return values;
  }

  template <class Int>
  std::vector<Int> Ints(std::size_t count, int low, int high) {
    std::uniform_int_distribution<int> distribution(low, high);
    std::vector<Int> values(count);
    for (Int& value : values) value = static_cast<Int>(distribution(generator_));
    return values;
  }

 private:
  std::mt19937 generator_{20'241'124};
};

}  // namespace quartet

#endif  // QUARTET_TESTS_MODEL_ENCODER_RANDOM_VALUES_H_
