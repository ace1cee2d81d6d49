#include "zygote/slots/place_builder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <climits>
#include <cstring>

#include "rpc/wire/fd_passing.h"
#include "zygote/process/tree_removal.h"
#include "zygote/slots/slot_caretaker.h"

namespace brood::zygote {
namespace {

OwnedFd openDirectory(const std::string& path) {
  return OwnedFd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

StepFailure makeDirectories(kj::StringPtr place) {
  if (::mkdir(place.cStr(), 0700) < 0) return StepFailure::at("mkdir:place", errno);
  for (const char* name : {"/workspace", "/tmp"}) {
    if (::mkdir(kj::str(place, name).cStr(), 0700) < 0) {
      return StepFailure::at("mkdir:place", errno);
    }
  }
  return {};
}

}  // namespace

PlaceBuilder::PlaceBuilder(const HostPlaces& host, const LayerPolicy& policy)
    : slots_(host.slots().cStr()), policy_(policy) {
  if (::mkdir(slots_.c_str(), 0700) < 0 && errno != EEXIST) {
    KJ_FAIL_SYSCALL("mkdir", errno, slots_.c_str());
  }
}

std::variant<BuiltSlot, StepFailure> PlaceBuilder::build(kj::StringPtr place, int lifelineFd) {
  const StepFailure made = makeDirectories(place);
  if (made.errnoValue != 0) return made;
  OwnedFd directory = openDirectory(place.cStr());
  if (!directory || ::flock(directory.get(), LOCK_EX | LOCK_NB) < 0) {
    return StepFailure::at("lock:place", errno);
  }
  auto [report, tellReport] = newPipe();
  const CaretakerPlan plan{.place = place.cStr(),
                           .slots = slots_.c_str(),
                           .layers = policy_,
                           .directoryFd = directory.get(),
                           .lifelineFd = lifelineFd,
                           .reportFd = tellReport.get()};
  const pid_t pid = ::fork();
  if (pid < 0) return StepFailure::at("fork", errno);
  if (pid == 0) runCaretaker(plan);
  OwnedFd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!pidfd) return StepFailure::at("pidfd_open", errno);
  tellReport.reset();
  const StepFailure outcome = StepFailure::readFrom(report.get(), "slot:caretaker");
  if (outcome.errnoValue != 0) return outcome;
  LayerSet layers;
  if (policy_.isOn(Layer::dumpable) && ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0) {
    layers.add(Layer::dumpable);
  }
  return BuiltSlot{pid, kj::mv(pidfd), layers};
}

// Taken by the one who builds them, so that none of these can be one that is only being built.
std::vector<std::string> PlaceBuilder::abandoned() const {
  std::vector<std::string> found;
  DIR* listing = ::opendir(slots_.c_str());
  if (listing == nullptr) return found;
  while (const dirent* entry = ::readdir(listing)) {
    if (entry->d_name[0] == '.') continue;
    const std::string path = slots_ + "/" + entry->d_name;
    OwnedFd directory = openDirectory(path);
    if (directory && ::flock(directory.get(), LOCK_EX | LOCK_NB) == 0) found.push_back(path);
  }
  ::closedir(listing);
  return found;
}

pid_t PlaceBuilder::sweep() {
  const auto paths = abandoned();
  if (paths.empty()) return 0;
  const pid_t pid = ::fork();
  KJ_REQUIRE(pid >= 0, "cannot fork", strerror(errno));
  if (pid > 0) return pid;
  // Nothing of the builder's, its control socket least of all, is to outlive it here.
  ::close_range(STDERR_FILENO + 1, UINT_MAX, 0);
  ::prctl(PR_SET_NAME, "brood-sweeper", 0, 0, 0);
  for (const auto& path : paths) {
    OwnedFd directory = openDirectory(path);
    if (directory && emptyDirectory(directory.get())) ::rmdir(path.c_str());
  }
  ::_exit(0);
}

}  // namespace brood::zygote
