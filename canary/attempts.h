#pragma once
// The acts of base/policy/canary_acts.h, done. Each returns what came of it; none leaves anything
// behind that the end of the sandbox does not take away.

#include <string>
#include <string_view>
#include <vector>

namespace brood::canary {

// The supervisor's description of the host, given on the command line as key=value.
class Host {
 public:
  Host(char** begin, char** end);

  // Empty: it said nothing.
  std::string text(std::string_view key) const;
  long long number(std::string_view key) const;

 private:
  std::vector<std::string> pairs_;
};

struct Finding {
  bool reached;
  std::string detail;
};

// `detail` is the errno's name.
Finding stoppedBy(int errnoValue);
Finding reached(std::string detail);
// For calls that return -1 and set errno.
Finding ofCall(long result);
// In a process of its own, so that success changes nothing for the acts that follow. `act` returns
// 0 or an errno.
Finding inChild(int (*act)());

struct Attempt {
  const char* name;
  Finding (*attempt)(const Host& host);
};

// By file: namespace_attempts.cc and so on.
extern const std::vector<Attempt> kNamespaceAttempts;
extern const std::vector<Attempt> kFileAttempts;
extern const std::vector<Attempt> kPrivilegeAttempts;
extern const std::vector<Attempt> kKernelAttempts;

// Asks the proxy of a sandbox with network for each HOST:PORT, and prints a line for it as for an
// act. Returns the exit code.
int tryEgress(char** begin, char** end);

// Goes over one limit for good: "wall_time", "cpu_time", "cpu_bandwidth", "memory", "processes",
// "output", "workspace_bytes" or "workspace_inodes". The exit code is 0 if nothing stopped it.
int overrun(std::string_view limit);

}  // namespace brood::canary
