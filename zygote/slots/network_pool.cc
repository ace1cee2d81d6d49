#include "zygote/slots/network_pool.h"

#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "zygote/layers/layer.h"
#include "zygote/slots/loopback.h"
#include "zygote/slots/network_settings.h"

namespace brood::zygote {
namespace {

// Kept, with a slot or without, from the start on: each that is given up is replaced. Slots beyond
// that have networks that end with them.
constexpr size_t kKept = 32;

// Packets of the one device, counters of each protocol, sockets of all families (those in TIME_WAIT
// among them), and what can outlive a socket. Memberships in groups do not.
constexpr const char* kFiles[] = {"self/net/dev",      "self/net/snmp",
                                  "self/net/snmp6",    "self/net/netstat",
                                  "self/net/sockstat", "self/net/ip6_flowlabel"};
constexpr std::string_view kSockstat = "self/net/sockstat";
// They are 9 KB together, with Linux 6.18.
constexpr size_t kMostBytes = size_t{64} << 10;

// The text that has been read so far, and where more of it goes.
struct Text {
  char* begin;
  size_t size = 0;

  std::string_view from(size_t start) const { return {begin + start, size - start}; }
};

// Appends what is in the file, and nothing where the kernel has no such file. False if it has one
// that cannot be read, or that is too long.
bool appendFile(int procFd, const char* path, Text& text) {
  OwnedFd fd(::openat(procFd, path, O_RDONLY | O_CLOEXEC));
  if (!fd) return errno == ENOENT;
  ssize_t count;
  while ((count = ::read(fd.get(), text.begin + text.size, kMostBytes - text.size)) > 0) {
    text.size += static_cast<size_t>(count);
  }
  return count == 0 && text.size < kMostBytes;
}

std::string_view nextWord(std::string_view text, size_t& at) {
  constexpr std::string_view kSpace = " \n";
  const size_t begin = std::min(text.find_first_not_of(kSpace, at), text.size());
  at = std::min(text.find_first_of(kSpace, begin), text.size());
  return text.substr(begin, at - begin);
}

// Orphans, allocated sockets and memory are those of the whole host: what is left are the other
// words, with a space behind each.
void dropHostsFigures(Text& text, size_t start) {
  const std::string_view sockstat = text.from(start);
  char* end = text.begin + start;
  for (size_t at = 0; at < sockstat.size();) {
    const std::string_view word = nextWord(sockstat, at);
    if (word.empty()) break;
    if (word == "orphan" || word == "alloc" || word == "mem") {
      nextWord(sockstat, at);
      continue;
    }
    // To where it is, or before: each word had a separator behind it.
    std::memmove(end, word.data(), word.size());
    end += word.size();
    *end++ = ' ';
  }
  text.size = static_cast<size_t>(end - text.begin);
}

}  // namespace

NetworkPool::Pages::Pages() {
  void* pages =
      ::mmap(nullptr, kMostBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  KJ_REQUIRE(pages != MAP_FAILED, "no memory to look at networks", strerror(errno));
  begin_ = static_cast<char*>(pages);
  // Without it: slower, and no less true.
  ::madvise(begin_, kMostBytes, MADV_DONTFORK);
}

NetworkPool::Pages::~Pages() { ::munmap(begin_, kMostBytes); }

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
  if (error == 0) error = keepQueuesShort();
  if (error != 0) {
    goHome();
    return error;
  }
  entered_ = {openCurrent(), std::string(look())};
  return 0;
}

std::string_view NetworkPool::look() const {
  Text text{.begin = pages_.begin()};
  for (const char* file : kFiles) {
    const size_t start = text.size;
    if (!appendFile(procFd_, file, text)) return {};
    if (file == kSockstat) dropHostsFigures(text, start);
  }
  return text.from(0);
}

void NetworkPool::goHome() const {
  if (::setns(home_.get(), CLONE_NEWNET) < 0) ::abort();
}

void NetworkPool::comeHome(pid_t init) {
  Network network = std::exchange(entered_, {});
  goHome();
  const bool isOneTooMany = ofSlots_.size() + free_.size() >= kKept;
  if (init > 0 && network.fd && !isOneTooMany) ofSlots_.emplace(init, std::move(network));
}

void NetworkPool::noteEnded(pid_t init) {
  auto found = ofSlots_.find(init);
  if (found != ofSlots_.end()) {
    Network network = std::move(found->second);
    ofSlots_.erase(found);
    if (isUntouched(network)) free_.push_back(std::move(network));
  }
  // Takes the place of a touched one, or of one that could not be made or entered earlier.
  if (ofSlots_.size() + free_.size() < kKept) addNew();
}

// A network that cannot be inspected cannot be known to be untouched.
bool NetworkPool::isUntouched(const Network& network) const {
  if (!network.fd || network.whenNew.empty()) return false;
  if (::setns(network.fd.get(), CLONE_NEWNET) < 0) return false;
  const bool isUntouched = look() == network.whenNew;
  goHome();
  return isUntouched;
}

void NetworkPool::addNew() {
  if (enterNew() != 0) return;
  Network network = std::exchange(entered_, {});
  if (network.fd) free_.push_back(std::move(network));
  goHome();
}

}  // namespace brood::zygote
