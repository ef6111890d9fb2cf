// A directory that lives as long as the test.
#ifndef QUARTET_TESTS_FAKES_TEMPORARY_TREE_H_
#define QUARTET_TESTS_FAKES_TEMPORARY_TREE_H_

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace quartet {

class TemporaryTree {
 public:
  TemporaryTree() {
    if (mkdtemp(root_.data()) == nullptr) std::abort();
  }
  ~TemporaryTree() { std::filesystem::remove_all(root_); }
  TemporaryTree(const TemporaryTree&) = delete;
  TemporaryTree& operator=(const TemporaryTree&) = delete;

  // Makes the directories on the way.
  void Write(const std::string& path, const std::string& content) const {
    const std::filesystem::path file = std::filesystem::path(root_) / path;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << content;
  }
  std::string Path(const std::string& path = "") const { return root_ + "/" + path; }

 private:
  std::string root_ = "/tmp/quartet-test-XXXXXX";
};

}  // namespace quartet

#endif  // QUARTET_TESTS_FAKES_TEMPORARY_TREE_H_
