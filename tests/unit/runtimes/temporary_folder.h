#pragma once
// A folder for one test.

#include <filesystem>

namespace brood {

// A new, empty folder, removed with all it holds at the end.
class TemporaryFolder {
 public:
  TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder();

  const std::filesystem::path& path() const { return path_; }
  void empty() const;

 private:
  std::filesystem::path path_;
};

}  // namespace brood
