#include "supervisor/cells/sandbox_processes.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <optional>
#include <set>
#include <sstream>
#include <string>

#include "supervisor/base/posix.h"
#include "supervisor/processes/process_walk.h"

namespace brood::supervisor {
namespace {

// A process that forks as fast as it can is caught in a few rounds: one that has a stop pending
// does not fork any more (fork(2) returns to deliver it).
constexpr int kMostRounds = 32;
// Since Linux 6.9.
constexpr unsigned kToProcessGroup = 1 << 2;

OwnedFd openProc() { return openAt(AT_FDCWD, "/proc", O_PATH | O_DIRECTORY); }

struct Facts {
  char state = '?';
  pid_t session = 0;
  uint64_t threads = 1, residentPages = 0;
};

// Of proc_pid_stat(5), behind the name: state, parent, group, session; threads are the 20th field,
// resident pages the 24th.
std::optional<Facts> factsOf(int procFd, pid_t pid) {
  const OwnedFd file(
      ::openat(procFd, (std::to_string(pid) + "/stat").c_str(), O_RDONLY | O_CLOEXEC));
  char text[1024];
  const ssize_t count = file ? ::read(file.get(), text, sizeof(text) - 1) : -1;
  if (count <= 0) return std::nullopt;
  const std::string stat(text, static_cast<size_t>(count));
  const size_t name = stat.rfind(')');
  if (name == stat.npos) return std::nullopt;
  std::istringstream fields(stat.substr(name + 1));
  Facts facts;
  long long skipped;
  fields >> facts.state >> skipped >> skipped >> facts.session;
  for (int field = 7; field < 20; ++field) fields >> skipped;
  fields >> facts.threads >> skipped >> skipped >> skipped >> facts.residentPages;
  return fields ? std::optional(facts) : std::nullopt;
}

struct Member {
  pid_t pid;
  Facts facts;
};

// All that descend from one of them, themselves included.
std::vector<Member> descendants(const std::vector<pid_t>& roots) {
  std::vector<Member> found;
  std::set<pid_t> seen;
  for (const pid_t root : roots) {
    const OwnedFd proc = openProc();
    ProcessWalk walk(openProc(), root);
    walk.restart();
    while (const pid_t pid = walk.next()) {
      const auto facts = factsOf(proc.get(), pid);
      if (!facts || !seen.insert(pid).second) continue;
      walk.follow(pid, facts->threads);
      found.push_back({pid, *facts});
    }
  }
  return found;
}

// None if it has ended, or is no process of the sandbox.
OwnedFd openMember(const Sandbox& sandbox, pid_t pid) {
  OwnedFd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!pidfd || !sandbox.contains(pid)) return OwnedFd();
  // Alive now, so the number was its own a moment ago.
  if (::syscall(SYS_pidfd_send_signal, pidfd.get(), 0, nullptr, 0) < 0) return OwnedFd();
  return pidfd;
}

bool isStopped(const Facts& facts) { return facts.state == 'T' || facts.state == 't'; }

}  // namespace

pid_t leaderOf(const ChildProcess& worker) {
  char path[64], text[32] = {};
  std::snprintf(path, sizeof(path), "/proc/%d/task/%d/children", worker.pid(), worker.pid());
  const OwnedFd file(::open(path, O_RDONLY | O_CLOEXEC));
  const ssize_t count = file ? ::read(file.get(), text, sizeof(text) - 1) : 0;
  pid_t child = 0;
  if (count > 0) std::from_chars(text, text + count, child);
  return child;
}

void signalGroup(pid_t leader, int leaderPidfd, int signalNumber) noexcept {
  if (::syscall(SYS_pidfd_send_signal, leaderPidfd, signalNumber, nullptr, kToProcessGroup) == 0) {
    return;
  }
  if (errno != EINVAL) return;
  // An older kernel: the group has its leader's number for as long as that is alive.
  if (::syscall(SYS_pidfd_send_signal, leaderPidfd, 0, nullptr, 0) == 0) {
    ::kill(-leader, signalNumber);
  }
}

void killWithDescendants(const Sandbox& sandbox, pid_t leader, const std::vector<pid_t>& roots) {
  std::set<pid_t> known;
  std::vector<OwnedFd> condemned;
  for (int round = 0; round < kMostRounds; ++round) {
    const size_t before = condemned.size();
    std::set<pid_t> ours;
    for (const auto& member : descendants({leader})) ours.insert(member.pid);
    for (const auto& member : descendants(roots)) {
      if (member.facts.session == leader) ours.insert(member.pid);
    }
    for (const pid_t pid : ours) {
      if (!known.insert(pid).second) continue;
      OwnedFd pidfd = openMember(sandbox, pid);
      if (!pidfd) continue;
      signalPidfd(pidfd.get(), SIGSTOP);
      condemned.push_back(kj::mv(pidfd));
    }
    if (condemned.size() == before) break;
  }
  for (const auto& pidfd : condemned) signalPidfd(pidfd.get(), SIGKILL);
}

uint64_t residentBytes(pid_t root) {
  uint64_t pages = 0;
  for (const auto& member : descendants({root})) pages += member.facts.residentPages;
  return pages * static_cast<uint64_t>(::sysconf(_SC_PAGESIZE));
}

Stopped stopAll(const Sandbox& sandbox, const std::vector<pid_t>& roots,
                const std::vector<pid_t>& spared) {
  Stopped stopped;
  std::set<pid_t> known(spared.begin(), spared.end());
  for (int round = 0; round < kMostRounds; ++round) {
    bool isAnyNew = false;
    for (const auto& member : descendants(roots)) {
      if (isStopped(member.facts) || !known.insert(member.pid).second) continue;
      OwnedFd pidfd = openMember(sandbox, member.pid);
      if (!pidfd) continue;
      isAnyNew = true;
      signalPidfd(pidfd.get(), SIGSTOP);
      stopped.push_back(kj::mv(pidfd));
    }
    if (!isAnyNew) break;
  }
  return stopped;
}

bool areAllStopped(const std::vector<pid_t>& roots, const std::vector<pid_t>& spared) {
  const auto members = descendants(roots);
  return std::all_of(members.begin(), members.end(), [&](auto& member) {
    const bool isSpared = std::find(spared.begin(), spared.end(), member.pid) != spared.end();
    return isSpared || isStopped(member.facts) || member.facts.state == 'Z' ||
           member.facts.state == 'X';
  });
}

void resume(const Stopped& stopped) noexcept {
  for (const auto& pidfd : stopped) signalPidfd(pidfd.get(), SIGCONT);
}

}  // namespace brood::supervisor
