#pragma once
// Small files that are whole or as they were before, whatever happens in between.

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include <sys/stat.h>

#include "base/owned_fd.h"

namespace brood {

// Replaces the file at `path`: written beside it with mode 0600, brought to the disk, renamed over
// it, and the name brought to the disk. Throws std::system_error naming the path; the former file
// is there then.
void replaceDurably(const std::string& path, std::string_view text);

// An opened regular file's text and what stat(2) says of it.
struct FileText {
  std::string text;
  struct stat facts;
};
struct FileProblem {
  int error;  // As errno; 0 if `text` says it all.
  std::string text;
};
// A file of more than `maxBytes` is a problem, as is one that is not regular.
std::variant<FileText, FileProblem> readSmallFile(const std::string& path, size_t maxBytes);

// Tells a file from the one that was there before: whoever replaces or rewrites it, or changes its
// mode, changes at least one of these.
struct FileIdentity {
  dev_t device = 0;
  ino_t inode = 0;
  off_t size = 0;
  timespec changed{};  // The change time, which no program can set.
  int error = 0;       // As errno: there is no such file, say.

  bool operator==(const FileIdentity& other) const;
};
FileIdentity identityOf(const std::string& path);

// Holds an exclusive lock on `path`.lock, which is made if it is not there and stays: a file that
// is replaced cannot itself be the one to lock. Waits for others. Throws std::system_error.
class FileLock {
 public:
  explicit FileLock(const std::string& path);

 private:
  OwnedFd fd_;
};

}  // namespace brood
