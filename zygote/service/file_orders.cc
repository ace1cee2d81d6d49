#include "zygote/service/file_orders.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "zygote/process/tree_removal.h"
#include "zygote/service/file_listing.h"

namespace brood::zygote {
namespace {

constexpr mode_t kPermissions = 0777;
constexpr mode_t kFolderMode = 0755;
// As much is read, and written, at once.
constexpr size_t kPieceBytes = 256 << 10;

int errorOf(int result) { return result < 0 ? errno : 0; }

// No terminal becomes the agent's, and a pipe that nobody writes to does not hold it up.
OwnedFd openFile(const std::string& path, int flags, mode_t mode = 0) {
  return OwnedFd(::open(path.c_str(), flags | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, mode));
}

int errorUnlessRegular(int fd) {
  struct stat info;
  if (::fstat(fd, &info) < 0) return errno;
  if (S_ISDIR(info.st_mode)) return EISDIR;
  return S_ISREG(info.st_mode) ? 0 : EINVAL;
}

int makeFolders(const std::string& path) {
  for (size_t slash = path.find('/', 1);; slash = path.find('/', slash + 1)) {
    const std::string above = path.substr(0, slash);
    const int error = errorOf(::mkdir(above.c_str(), kFolderMode));
    // A folder that is there already need not be writable, nor ours.
    struct stat info;
    if (error != 0 && (::stat(above.c_str(), &info) < 0 || !S_ISDIR(info.st_mode))) {
      return error == EEXIST ? ENOTDIR : error;
    }
    if (slash == std::string::npos) return 0;
  }
}

int makeFoldersAbove(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == 0 || slash == std::string::npos ? 0 : makeFolders(path.substr(0, slash));
}

// Only a file that was not there gets a mode.
OwnedFd openOrCreate(const std::string& path, int flags, mode_t mode) {
  OwnedFd file = openFile(path, flags | O_CREAT | O_EXCL, mode & kPermissions);
  if (!file && errno == EEXIST) return openFile(path, flags);
  if (file) ::fchmod(file.get(), mode & kPermissions);
  return file;
}

int copyAll(int from, int to) {
  kj::Vector<kj::byte> piece;
  piece.resize(kPieceBytes);
  for (;;) {
    const ssize_t count = ::read(from, piece.begin(), piece.size());
    if (count <= 0) return errorOf(static_cast<int>(count));
    for (ssize_t done = 0; done < count;) {
      const ssize_t written = ::write(to, piece.begin() + done, count - done);
      if (written < 0) return errno;
      done += written;
    }
  }
}

// From one file system to another. A folder is not moved that way, as by rename(2) itself.
int copyAndRemove(const std::string& from, const std::string& to) {
  struct stat info;
  if (::lstat(from.c_str(), &info) < 0) return errno;
  if (!S_ISREG(info.st_mode)) return EXDEV;
  OwnedFd source = openFile(from, O_RDONLY | O_NOFOLLOW);
  if (!source) return errno;
  if (int error = errorUnlessRegular(source.get())) return error;
  if (::unlink(to.c_str()) < 0 && errno != ENOENT) return errno;
  OwnedFd target = openFile(to, O_WRONLY | O_CREAT | O_EXCL, info.st_mode & kPermissions);
  if (!target) return errno;
  if (int error = copyAll(source.get(), target.get())) {
    ::unlink(to.c_str());
    return error;
  }
  ::fchmod(target.get(), info.st_mode & kPermissions);
  return errorOf(::unlink(from.c_str()));
}

}  // namespace

// By what there is to read, and not by what the file's size says: files of the kernel's have none.
FileAnswer FileOrders::read(kj::StringPtr path, uint64_t offset, uint64_t length) const {
  OwnedFd file = openFile(paths_.inside(path), O_RDONLY);
  if (!file) return FileAnswer::failed(errno);
  if (int error = errorUnlessRegular(file.get())) return FileAnswer::failed(error);
  FileAnswer answer;
  for (size_t done = 0; done < length;) {
    answer.content.resize(done + std::min<uint64_t>(kPieceBytes, length - done));
    const ssize_t count = ::pread(file.get(), answer.content.begin() + done,
                                  answer.content.size() - done, static_cast<off_t>(offset + done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return FileAnswer::failed(errno);
    done += static_cast<size_t>(count);
    if (count == 0) {
      answer.content.resize(done);
      break;
    }
  }
  return answer;
}

FileAnswer FileOrders::stat(kj::StringPtr path) const {
  const std::string name = paths_.inside(path);
  FileAnswer answer;
  answer.errnoValue = addRecord(answer.content, AT_FDCWD, name.c_str(), paths_.told(name));
  return answer;
}

FileAnswer FileOrders::list(kj::StringPtr path, uint32_t depth, uint64_t length) const {
  const std::string name = paths_.inside(path);
  OwnedFd folder = openFile(name, O_RDONLY | O_DIRECTORY);
  if (!folder) return FileAnswer::failed(errno);
  FileAnswer answer;
  if (!listFolder(answer.content, kj::mv(folder), paths_.told(name), depth, length)) {
    answer.flags = FileReply::kIsCutOff;
  }
  return answer;
}

FileAnswer FileOrders::makeFolder(kj::StringPtr path) const {
  return FileAnswer::failed(makeFolders(paths_.inside(path)));
}

FileAnswer FileOrders::move(kj::StringPtr path, kj::StringPtr target) const {
  const std::string from = paths_.inside(path), to = paths_.inside(target);
  if (paths_.isFixed(from)) return FileAnswer::failed(EBUSY);
  struct stat info;
  if (::lstat(from.c_str(), &info) < 0) return FileAnswer::failed(errno);
  if (int error = makeFoldersAbove(to)) return FileAnswer::failed(error);
  const int error = errorOf(::rename(from.c_str(), to.c_str()));
  return FileAnswer::failed(error == EXDEV ? copyAndRemove(from, to) : error);
}

FileAnswer FileOrders::remove(kj::StringPtr path) const {
  const std::string name = paths_.inside(path);
  if (paths_.isFixed(name)) return FileAnswer::failed(EBUSY);
  if (::unlink(name.c_str()) == 0) return {};
  const int error = errno;
  if (error != EISDIR && error != EPERM) return FileAnswer::failed(error);
  OwnedFd folder = openFile(name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  // Not to be entered and yet to be removed, if it is empty.
  if (folder) emptyDirectory(folder.get());
  return FileAnswer::failed(errorOf(::rmdir(name.c_str())));
}

OwnedFd FileOrders::openToWrite(kj::StringPtr path, uint32_t flags, uint32_t mode, uint64_t offset,
                                int& errnoValue) const {
  const std::string name = paths_.inside(path);
  const bool appends = (flags & FileRequest::kAppends) != 0;
  const bool truncates = (flags & FileRequest::kTruncates) != 0;
  const int how = O_WRONLY | (appends ? O_APPEND : 0);
  OwnedFd file = openOrCreate(name, how, mode);
  if (!file && errno == ENOENT) {
    errnoValue = makeFoldersAbove(name);
    if (errnoValue != 0) return OwnedFd();
    file = openOrCreate(name, how, mode);
  }
  errnoValue = file ? errorUnlessRegular(file.get()) : errno;
  if (errnoValue == 0 && truncates) errnoValue = errorOf(::ftruncate(file.get(), 0));
  if (errnoValue == 0 && !appends &&
      ::lseek(file.get(), static_cast<off_t>(offset), SEEK_SET) < 0) {
    errnoValue = errno;
  }
  return errnoValue == 0 ? kj::mv(file) : OwnedFd();
}

}  // namespace brood::zygote
