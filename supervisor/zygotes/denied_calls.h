#pragma once
// System calls that end a job, as the kernel reports them (seccomp_unotify(2)).
//
// The process that made one waits in the kernel, so what is reported cannot be forged, and its pid
// is its own until it is killed or answered. It is never let through.

#include <kj/async.h>

#include <functional>
#include <string>

#include "base/owned_fd.h"
#include "rpc/loop/uv_event_port.h"

namespace brood::supervisor {

struct DeniedCall {
  pid_t pid = 0;
  std::string name;  // "kexec_load"; "getpid of another ABI"; "number 1234".
};

// "kexec_load" and the like, for the number and architecture of struct seccomp_data.
std::string deniedCallName(int number, uint32_t architecture);

class DeniedCalls {
 public:
  // True: the job is being ended. False: it is nobody's, and the call is answered with ENOSYS.
  using Handler = std::function<bool(const DeniedCall&)>;

  DeniedCalls(UvEventPort& port, OwnedFd listener, Handler handler);
  KJ_DISALLOW_COPY(DeniedCalls);

 private:
  kj::Promise<void> listen();
  // False once nobody is left who could make a call.
  bool handleNext();

  OwnedFd listener_;
  UvFdObserver observer_;
  Handler handler_;
  kj::Promise<void> task_;
};

}  // namespace brood::supervisor
