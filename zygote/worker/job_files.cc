#include "zygote/worker/job_files.h"

#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "base/owned_fd.h"

namespace brood::zygote {
namespace {

// The whole content of all files, as long as this lives.
class MappedContent {
 public:
  explicit MappedContent(int fd) {
    if (fd < 0) return;
    struct stat info;
    KJ_SYSCALL(::fstat(fd, &info));
    size_ = static_cast<size_t>(info.st_size);
    if (size_ == 0) return;
    void* start = ::mmap(nullptr, size_, PROT_READ, MAP_SHARED, fd, 0);
    if (start == MAP_FAILED) KJ_FAIL_SYSCALL("mmap", errno, size_);
    start_ = static_cast<kj::byte*>(start);
  }
  ~MappedContent() {
    if (start_ != nullptr) ::munmap(start_, size_);
  }
  KJ_DISALLOW_COPY(MappedContent);

  // The next so many bytes.
  kj::ArrayPtr<const kj::byte> take(uint64_t size) {
    KJ_REQUIRE(size <= size_ - taken_, "less content than files", size, size_ - taken_);
    auto bytes = kj::arrayPtr(start_ + taken_, static_cast<size_t>(size));
    taken_ += static_cast<size_t>(size);
    return bytes;
  }

 private:
  kj::byte* start_ = nullptr;
  size_t size_ = 0;
  size_t taken_ = 0;
};

void makeDirectoriesAbove(const std::string& path) {
  for (size_t slash = path.find('/'); slash != std::string::npos;
       slash = path.find('/', slash + 1)) {
    const std::string above = path.substr(0, slash);
    if (::mkdir(above.c_str(), 0755) < 0 && errno != EEXIST) {
      KJ_FAIL_SYSCALL("mkdir", errno, above.c_str());
    }
  }
}

void writeFile(const std::string& path, kj::ArrayPtr<const kj::byte> content, mode_t mode) {
  OwnedFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
  if (!file) KJ_FAIL_SYSCALL("open", errno, path.c_str());
  while (content.size() > 0) {
    ssize_t count;
    KJ_SYSCALL(count = ::write(file.get(), content.begin(), content.size()), path.c_str());
    content = content.slice(static_cast<size_t>(count), content.size());
  }
}

}  // namespace

void placeJobFiles(capnp::List<wire::JobFile>::Reader files, int contentFd) {
  MappedContent attached(contentFd);
  for (auto file : files) {
    const std::string path(file.getPath().begin(), file.getPath().size());
    makeDirectoriesAbove(path);
    const auto content =
        contentFd < 0 ? file.getContent().asConst() : attached.take(file.getSize());
    writeFile(path, content, file.getExecutable() ? 0755 : 0644);
  }
}

}  // namespace brood::zygote
