#pragma once
// Network namespaces for slots, made by the slot builder and used again while nothing has happened
// in them.
//
// Making one and taking it apart costs the kernel a millisecond, most of it for the loopback device
// and its sysctls, and most jobs never open a socket. So a namespace whose slot has ended is looked
// at once more: only if every counter that the kernel keeps of it stands where it stood when it was
// new, and there is no socket in it, does another slot get it. Every packet counts, so whatever
// packets leave behind (connections in TIME_WAIT, routes' metrics, statistics) shows. What else a
// job could change, addresses, routes and sysctls, takes capabilities over the namespace, which
// belongs to the builder's user namespace and not to the slot's: nobody in a slot has them.

#include <sys/types.h>

#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/owned_fd.h"

namespace brood::zygote {

// Lives in a process with CAP_SYS_ADMIN and one thread, which is in a namespace of the pool only
// between enter() and comeHome().
class NetworkPool {
 public:
  // A /proc of another PID namespace does not show this process.
  static bool isPossible(int procFd);
  // procFd: a /proc of this process's PID namespace, borrowed.
  explicit NetworkPool(int procFd);

  // Into a namespace that no other process is in, with its loopback interface up. Returns 0, or the
  // errno with which this process is where it was.
  int enter();
  // Hands the entered network to the slot of this init; discards it if `init` is not above 0,
  // because the clone failed.
  // Ends the process if the way back is barred: its next slot must not be in another one's network.
  void comeHome(pid_t init);
  // Reaped, which the last process of a PID namespace is when all others have been.
  void noteEnded(pid_t init);

 private:
  struct Network {
    OwnedFd fd;
    std::string whenNew;  // The kernel's counters when it was new.
  };

  // Memory that no fork shares: written to for each slot, it would be copied for each.
  class Pages {
   public:
    Pages();
    ~Pages();
    Pages(const Pages&) = delete;
    Pages& operator=(const Pages&) = delete;
    char* begin() const { return begin_; }

   private:
    char* begin_;
  };

  OwnedFd openCurrent() const;
  int enterNew();
  void addNew();
  void goHome() const;
  bool isUntouched(const Network& network) const;
  // Returns the kernel's counters of the namespace that this process is in; empty if it does not
  // tell all.
  // It lies in pages_, until the next look.
  std::string_view look() const;

  const int procFd_;
  const Pages pages_;
  OwnedFd home_;
  Network entered_;
  std::unordered_map<pid_t, Network> ofSlots_;
  std::deque<Network> free_;  // Oldest first.
};

}  // namespace brood::zygote
