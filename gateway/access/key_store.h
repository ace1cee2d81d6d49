#pragma once
// The key file on the disk: read, changed by one at a time, and watched.

#include <functional>
#include <optional>
#include <string>
#include <variant>

#include "base/durable_file.h"
#include "gateway/access/key_file.h"

namespace brood::gateway {

// The file's content, or why it is not to be believed: missing, unreadable, not what a key file
// says, or writable by somebody else than root and ourselves, or readable by others than its owner.
std::variant<KeyFile, std::string> readKeyFile(const std::string& path);

// Applies `change` to the file's content, an empty one if there is no file yet, and replaces it.
// Two at the same time wait for each other. What `change` returns, if not empty, is why nothing
// is to be written; it is returned, as is what is wrong with the present file. Throws
// std::system_error if the file cannot be written.
std::string changeKeyFile(const std::string& path,
                          const std::function<std::string(KeyFile&)>& change);

// Looks whether the file has changed.
class KeyFileWatch {
 public:
  explicit KeyFileWatch(std::string path) : path_(std::move(path)) {}

  // Null while the file is as it was at the last look; at the first look it never is. A problem is
  // told once for each change: the caller keeps what the file said before. The file's text comes
  // with what it says.
  struct Change {
    std::string text;
    std::variant<KeyFile, std::string> content;
  };
  std::optional<Change> look();

 private:
  std::string path_;
  std::optional<FileIdentity> seen_;
};

}  // namespace brood::gateway
