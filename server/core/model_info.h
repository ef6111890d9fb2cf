// What the service knows of its model; filled from the artefact, told by GetModelInfo.
#ifndef QUARTET_CORE_MODEL_INFO_H_
#define QUARTET_CORE_MODEL_INFO_H_

#include <cstddef>
#include <map>
#include <optional>
#include <string>

namespace quartet {

struct ModelInfo {
  std::string name;
  std::string revision;
  std::string fingerprint;  // SHA-256 of the artefact file, 64 hexadecimal digits
  std::size_t dimension = 0;
  std::size_t max_sequence_length = 0;  // tokens, special tokens included
  std::string pooling;                  // as sentence-transformers names it
  bool normalized = false;              // vectors leave the model with length 1
  std::string precision;                // of the products: "int8", "bf16", "fp32"
  std::string tokenizer;                // kind: "wordpiece"

  // By name: what is put before a text.
  std::map<std::string, std::string> prompts;
  // Of calls that name none: one of them, or none.
  std::optional<std::string> default_prompt_name;
};

}  // namespace quartet

#endif  // QUARTET_CORE_MODEL_INFO_H_
