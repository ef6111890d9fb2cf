// Pickles as libtorch writes them, by hand.
#ifndef QUARTET_TESTS_MODEL_VETTING_PICKLED_H_
#define QUARTET_TESTS_MODEL_VETTING_PICKLED_H_

#include <string>

namespace quartet {

inline std::string Pickle(const std::string& content) { return "\x80\x02" + content + "."; }

inline std::string Global(const std::string& module, const std::string& name) {
  return "c" + module + "\n" + name + "\n";
}

// Shorter than 128 bytes.
inline std::string String(const std::string& text) {
  return std::string("X") + static_cast<char>(text.size()) + std::string(3, '\0') + text;
}

// Of less than 128 elements.
inline std::string Storage(const std::string& type, const std::string& key, int count) {
  return "(" + String("storage") + Global("torch", type) + String(key) + String("cpu") + "K" +
         static_cast<char>(count) + "tQ";
}

}  // namespace quartet

#endif  // QUARTET_TESTS_MODEL_VETTING_PICKLED_H_
