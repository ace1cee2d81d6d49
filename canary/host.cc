#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "canary/attempts.h"

namespace brood::canary {

Host::Host(char** begin, char** end) : pairs_(begin, end) {}

std::string Host::text(std::string_view key) const {
  for (auto& pair : pairs_) {
    const size_t sign = pair.find('=');
    if (sign != std::string::npos && std::string_view(pair).substr(0, sign) == key) {
      return pair.substr(sign + 1);
    }
  }
  return "";
}

long long Host::number(std::string_view key) const { return std::atoll(text(key).c_str()); }

Finding stoppedBy(int errnoValue) {
  const char* name = ::strerrorname_np(errnoValue);
  return {false, name == nullptr ? std::to_string(errnoValue) : name};
}

Finding reached(std::string detail) { return {true, std::move(detail)}; }

Finding ofCall(long result) { return result < 0 ? stoppedBy(errno) : reached(""); }

Finding inChild(int (*act)()) {
  const pid_t child = ::fork();
  if (child < 0) return stoppedBy(errno);
  if (child == 0) ::_exit(act());
  int status = 0;
  if (::waitpid(child, &status, 0) < 0) return stoppedBy(errno);
  const int errnoValue = WIFEXITED(status) ? WEXITSTATUS(status) : EINTR;
  return errnoValue == 0 ? reached("") : stoppedBy(errnoValue);
}

}  // namespace brood::canary
