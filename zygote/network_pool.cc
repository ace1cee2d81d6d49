#include "zygote/network_pool.h"

#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <sched.h>
#include <stdlib.h>
#include <unistd.h>

#include <cstring>
#include <sstream>
#include <utility>

#include "zygote/layers/layer.h"
#include "zygote/loopback.h"

namespace brood {
namespace {

// Kept, with a slot or without, from the start on: each that is given up is replaced. Slots beyond
// that have networks that end with them.
constexpr size_t kKept = 32;

// Packets of the one device, counters of each protocol, sockets of all families (those in TIME_WAIT
// among them), and what can outlive a socket. Memberships in groups do not.
constexpr const char* kFiles[] = {"dev", "snmp", "snmp6", "netstat", "sockstat", "ip6_flowlabel"};

// Appends what is in the file, and nothing where the kernel has no such file. False if it has one
// that cannot be read.
bool appendFile(int procFd, const std::string& path, std::string& text) {
  OwnedFd fd(::openat(procFd, path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return errno == ENOENT;
  char buffer[16384];  // What the kernel prints of one, mostly in one call.
  ssize_t count;
  while ((count = ::read(fd.get(), buffer, sizeof(buffer))) > 0) {
    text.append(buffer, static_cast<size_t>(count));
  }
  return count == 0;
}

// Orphans, allocated sockets and memory are those of the whole host.
std::string withoutHostsFigures(const std::string& sockstat) {
  std::istringstream words(sockstat);
  std::string kept;
  for (std::string word, figure; words >> word;) {
    const bool isHosts = word == "orphan" || word == "alloc" || word == "mem";
    if (isHosts) {
      words >> figure;
    } else {
      kept += word + " ";
    }
  }
  return kept;
}

}  // namespace

bool NetworkPool::isPossible(int procFd) {
  return ::faccessat(procFd, "self/ns/net", R_OK, 0) == 0;
}

NetworkPool::NetworkPool(int procFd) : procFd_(procFd), home_(openCurrent()) {
  // The host's is barred to whoever left its user namespace, as an ordinary user's builder has.
  if (!home_ || ::setns(home_.get(), CLONE_NEWNET) < 0) {
    KJ_SYSCALL(::unshare(CLONE_NEWNET));
    home_ = openCurrent();
  }
  KJ_REQUIRE(static_cast<bool>(home_), "no /proc/self/ns/net to come back to", strerror(errno));
  for (size_t i = 0; i < kKept; ++i) addNew();
}

OwnedFd NetworkPool::openCurrent() const {
  return OwnedFd(::openat(procFd_, "self/ns/net", O_RDONLY | O_CLOEXEC));
}

int NetworkPool::enter() {
  if (free_.empty()) return enterNew();
  Network network = std::move(free_.front());
  free_.pop_front();
  if (::setns(network.fd.get(), CLONE_NEWNET) < 0) return enterNew();
  entered_ = std::move(network);
  return 0;
}

int NetworkPool::enterNew() {
  int error = errnoOf(::unshare(CLONE_NEWNET));
  if (error == 0) error = bringLoopbackUp();
  if (error != 0) {
    goHome();
    return error;
  }
  entered_ = {openCurrent(), look()};
  return 0;
}

std::string NetworkPool::look() const {
  std::string all;
  for (const char* file : kFiles) {
    std::string text;
    if (!appendFile(procFd_, std::string("self/net/") + file, text)) return {};
    all += std::string(file) == "sockstat" ? withoutHostsFigures(text) : text;
  }
  return all;
}

void NetworkPool::goHome() const {
  if (::setns(home_.get(), CLONE_NEWNET) < 0) ::abort();
}

void NetworkPool::comeHome(pid_t init) {
  Network network = std::exchange(entered_, {});
  goHome();
  const bool isOneTooMany = ofSlots_.size() + free_.size() >= kKept;
  if (init > 0 && !isOneTooMany) ofSlots_.emplace(init, std::move(network));
}

void NetworkPool::noteEnded(pid_t init) {
  auto found = ofSlots_.find(init);
  if (found == ofSlots_.end()) return;
  Network network = std::move(found->second);
  ofSlots_.erase(found);
  if (isUntouched(network)) {
    free_.push_back(std::move(network));
  } else {
    addNew();
  }
}

// What cannot be looked at cannot be known to be untouched.
bool NetworkPool::isUntouched(const Network& network) const {
  if (!network.fd || network.whenNew.empty()) return false;
  if (::setns(network.fd.get(), CLONE_NEWNET) < 0) return false;
  const bool isUntouched = look() == network.whenNew;
  goHome();
  return isUntouched;
}

void NetworkPool::addNew() {
  if (enterNew() != 0) return;
  free_.push_back(std::exchange(entered_, {}));
  goHome();
}

}  // namespace brood
