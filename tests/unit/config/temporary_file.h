#pragma once
// A configuration file for one test, gone with its object.

#include <stdlib.h>
#include <unistd.h>

#include <stdexcept>
#include <string>

namespace brood {

class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& content) {
    int fd = mkstemp(path_);
    if (fd < 0 || write(fd, content.data(), content.size()) != ssize_t(content.size())) {
      throw std::runtime_error("cannot write a temporary file");
    }
    close(fd);
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() { unlink(path_); }

  std::string path() const { return path_; }

 private:
  char path_[32] = "/tmp/brood-config-XXXXXX";
};

}  // namespace brood
