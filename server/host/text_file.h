// Small files of numbers, as /proc and cgroups have them.
#ifndef QUARTET_HOST_TEXT_FILE_H_
#define QUARTET_HOST_TEXT_FILE_H_

#include <cstdint>
#include <optional>
#include <string>

namespace quartet {

// The whole file; nullopt when it can't be read.
std::optional<std::string> ReadFile(const std::string& path);

// The first word as a number; nullopt when there is no file or no number ("max").
std::optional<std::int64_t> ReadNumber(const std::string& path);

// The number after `key` in "key value" lines, by key and not by place: kernels add lines. The key
// may end in ':' as in /proc/self/status.
std::optional<std::int64_t> NumberOf(const std::string& key, const std::string& content);

}  // namespace quartet

#endif  // QUARTET_HOST_TEXT_FILE_H_
