#include "base/durable_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>

namespace brood {
namespace {

[[noreturn]] void fail(const std::string& path, const char* what) {
  throw std::system_error(errno, std::system_category(), path + ": " + what);
}

void writeAll(int fd, std::string_view text, const std::string& path) {
  while (!text.empty()) {
    const ssize_t count = ::write(fd, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail(path, "cannot write");
    text.remove_prefix(static_cast<size_t>(count));
  }
}

std::string folderOf(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

void syncFolder(const std::string& path) {
  const std::string folder = folderOf(path);
  const OwnedFd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd || ::fsync(fd.get()) < 0) fail(folder, "cannot bring to the disk");
}

}  // namespace

void replaceDurably(const std::string& path, std::string_view text) {
  std::string temporary = path + ".XXXXXX";
  const OwnedFd fd(::mkostemp(temporary.data(), O_CLOEXEC));  // Mode 0600.
  if (!fd) fail(path, "cannot make a file beside it");
  try {
    writeAll(fd.get(), text, temporary);
    if (::fsync(fd.get()) < 0) fail(temporary, "cannot bring to the disk");
    if (::rename(temporary.c_str(), path.c_str()) < 0) fail(path, "cannot replace");
  } catch (...) {
    ::unlink(temporary.c_str());
    throw;
  }
  syncFolder(path);
}

std::variant<FileText, FileProblem> readSmallFile(const std::string& path, size_t maxBytes) {
  // Not waiting for a FIFO's writer.
  const OwnedFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!fd) return FileProblem{errno, path + ": " + std::strerror(errno)};
  FileText file;
  if (::fstat(fd.get(), &file.facts) < 0) return FileProblem{errno, path + ": cannot be looked at"};
  if (!S_ISREG(file.facts.st_mode)) return FileProblem{0, path + ": not a regular file"};
  char piece[64 * 1024];
  while (true) {
    const ssize_t count = ::read(fd.get(), piece, sizeof(piece));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return FileProblem{errno, path + ": " + std::strerror(errno)};
    if (count == 0) return file;
    file.text.append(piece, static_cast<size_t>(count));
    if (file.text.size() > maxBytes) {
      return FileProblem{0, path + ": more than " + std::to_string(maxBytes) + " bytes"};
    }
  }
}

bool FileIdentity::operator==(const FileIdentity& other) const {
  return device == other.device && inode == other.inode && size == other.size &&
         changed.tv_sec == other.changed.tv_sec && changed.tv_nsec == other.changed.tv_nsec &&
         error == other.error;
}

FileIdentity identityOf(const std::string& path) {
  struct stat facts;
  if (::stat(path.c_str(), &facts) < 0) return {0, 0, 0, {}, errno};
  return {facts.st_dev, facts.st_ino, facts.st_size, facts.st_ctim, 0};
}

FileLock::FileLock(const std::string& path) {
  const std::string lock = path + ".lock";
  fd_ = OwnedFd(::open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd_) fail(lock, "cannot open");
  while (::flock(fd_.get(), LOCK_EX) < 0) {
    if (errno != EINTR) fail(lock, "cannot lock");
  }
}

}  // namespace brood
