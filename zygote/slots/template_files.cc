#include "zygote/slots/template_files.h"

#include <fcntl.h>
#include <kj/debug.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "base/owned_fd.h"

namespace brood::zygote {
namespace {

namespace fs = std::filesystem;

// The template is memory that every host pays for; a mistaken entry must not fill it.
constexpr uint64_t kMaxCopiedBytes = 64ull << 20;

void writeFile(const fs::path& path, kj::StringPtr content) {
  int fd;
  KJ_SYSCALL(fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644),
             path.c_str());
  OwnedFd file(fd);
  ssize_t count;
  KJ_SYSCALL(count = ::write(file.get(), content.begin(), content.size()), path.c_str());
  KJ_REQUIRE(static_cast<size_t>(count) == content.size(), "short write", path.c_str());
}

}  // namespace

void TemplateCopier::copyRegularFile(const char* from, const char* to, unsigned mode) {
  int sourceFd, targetFd;
  KJ_SYSCALL(sourceFd = ::open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW), from);
  OwnedFd source(sourceFd);
  KJ_SYSCALL(targetFd = ::open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode & 0755), to);
  OwnedFd target(targetFd);
  for (;;) {
    ssize_t count;
    KJ_SYSCALL(count = ::sendfile(target.get(), source.get(), nullptr, 1 << 20), from);
    if (count == 0) return;
    copiedBytes_ += count;
    KJ_REQUIRE(copiedBytes_ <= kMaxCopiedBytes, "copies for the root template are too large", from);
  }
}

struct TemplateCopier::Walk {
  TemplateCopier& copier;

  void copyEntry(const fs::path& from, const fs::path& to) {
    struct stat info;
    KJ_SYSCALL(::lstat(from.c_str(), &info), from.c_str());
    if (S_ISLNK(info.st_mode)) {
      fs::copy_symlink(from, to);
    } else if (S_ISREG(info.st_mode) && (info.st_mode & S_IROTH)) {
      copier.copyRegularFile(from.c_str(), to.c_str(), info.st_mode);
    } else if (S_ISDIR(info.st_mode) && (info.st_mode & S_IROTH)) {
      fs::create_directories(to);
      for (const auto& entry : fs::directory_iterator(from)) {
        copyEntry(entry.path(), to / entry.path().filename());
      }
    }
  }
};

void TemplateCopier::copy(kj::StringPtr path) {
  std::error_code missing;
  fs::path from = fs::canonical(path.cStr(), missing);
  if (missing) return;
  fs::path to = fs::path(root_.cStr()) / fs::path(path.cStr()).relative_path();
  fs::create_directories(to.parent_path());
  Walk{*this}.copyEntry(from, to);
}

void writeGeneratedEtc(kj::StringPtr root) {
  fs::path etc = fs::path(root.cStr()) / "etc";
  writeFile(etc / "passwd",
            "root:x:0:0:root:/root:/usr/sbin/nologin\n"
            "sandbox:x:1000:1000::/workspace:/bin/sh\n"
            "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n");
  writeFile(etc / "group", "root:x:0:\nsandbox:x:1000:\nnogroup:x:65534:\n");
  writeFile(etc / "hosts", "127.0.0.1 localhost sandbox\n::1 localhost ip6-localhost\n");
  writeFile(etc / "hostname", "sandbox\n");
  writeFile(etc / "resolv.conf", "");
  writeFile(etc / "nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n");
}

void installPreload(kj::StringPtr root, kj::StringPtr library) {
  const fs::path inside = fs::path("/brood") / fs::path(library.cStr()).filename();
  const fs::path target = fs::path(root.cStr()) / inside.relative_path();
  fs::create_directories(target.parent_path());
  TemplateCopier(root).copyRegularFile(library.cStr(), target.c_str(), 0755);
  writeFile(fs::path(root.cStr()) / "etc/ld.so.preload", kj::str(inside.c_str(), '\n'));
}

}  // namespace brood::zygote
