#include "zygote/process/own_tmp.h"

#include <fcntl.h>
#include <kj/debug.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <unistd.h>

namespace brood::zygote {
namespace {

constexpr kj::StringPtr kTmp = "/tmp"_kj;
// A file system may be full and still make empty files.
constexpr int kTrialPieces = 16;

bool canBeWrittenTo(kj::StringPtr directory) {
  kj::String path = kj::str(directory, "/brood-trial-XXXXXX");
  OwnedFd file(::mkostemp(path.begin(), O_CLOEXEC));
  if (!file) return false;
  ::unlink(path.cStr());
  const char piece[4096] = {};
  for (int i = 0; i < kTrialPieces; ++i) {
    if (::write(file.get(), piece, sizeof(piece)) != sizeof(piece)) return false;
  }
  return true;
}

bool mountOwn() {
  return ::unshare(CLONE_NEWNS) == 0 &&
         ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
         ::mount("brood-tmp", kTmp.cStr(), "tmpfs", MS_NOSUID | MS_NODEV,
                 "mode=1777,size=64m,nr_inodes=4096") == 0;
}

}  // namespace

OwnTmp::OwnTmp(kj::StringPtr scratch) : scratch_(kj::str(scratch)), place_(kTmp) {
  if (canBeWrittenTo(kTmp) || mountOwn()) return;
  place_ = scratch_;
  before_ = OwnedFd(::open(".", O_PATH | O_DIRECTORY | O_CLOEXEC));
  KJ_SYSCALL(::chdir(scratch_.cStr()), "supervisor.runtime_dir cannot be entered", scratch_);
}

OwnTmp::~OwnTmp() noexcept(false) {
  if (!before_) return;
  KJ_SYSCALL(::fchdir(before_.get()));
}

}  // namespace brood::zygote
