#pragma once
// The meaning of paths in requests to a file agent.

#include <kj/string.h>

#include <string>

namespace brood::zygote {

class FilePaths {
 public:
  // Where the workspace really is; elsewhere only in the tier "process".
  explicit FilePaths(kj::StringPtr workspace) : workspace_(workspace.cStr()) {}

  // The path to use. Relative ones are below the workspace, which /home/user is a name of.
  std::string inside(kj::StringPtr path) const;
  // The path to tell: that of the workspace is /workspace everywhere.
  std::string told(const std::string& path) const;
  // Whether what is there can only be emptied: it belongs to the sandbox.
  bool isFixed(const std::string& path) const;

 private:
  std::string workspace_;
};

// Without doubled slashes, one at the end and "." as a part. Links and ".." are the kernel's.
std::string tidy(const std::string& path);

}  // namespace brood::zygote
