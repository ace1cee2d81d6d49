#include "supervisor/zygotes/denied_calls.h"

#include <errno.h>
#include <kj/debug.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <seccomp.h>
#include <spdlog/spdlog.h>
#include <sys/ioctl.h>

#include <cstdlib>
#include <memory>

#include "base/plain_text.h"

namespace brood::supervisor {
namespace {

// The bit that marks a number of the x32 ABI under the native architecture.
constexpr int kX32Bit = 0x40000000;

void refuse(int listenerFd, uint64_t id) {
  seccomp_notif_resp answer = {};
  answer.id = id;
  answer.error = -ENOSYS;
  // A caller that has been killed meanwhile needs no answer.
  ::ioctl(listenerFd, SECCOMP_IOCTL_NOTIF_SEND, &answer);
}

}  // namespace

std::string deniedCallName(int number, uint32_t architecture) {
  const bool isX32 = architecture == SCMP_ARCH_X86_64 && (number & kX32Bit) != 0;
  const bool isForeign = isX32 || architecture != seccomp_arch_native();
  std::unique_ptr<char, decltype(&std::free)> known(
      seccomp_syscall_resolve_num_arch(isX32 ? uint32_t{SCMP_ARCH_X32} : architecture, number),
      &std::free);
  const std::string name =
      known != nullptr ? known.get() : "number " + std::to_string(number & ~kX32Bit);
  return isForeign ? name + " of another ABI" : name;
}

DeniedCalls::DeniedCalls(UvEventPort& port, OwnedFd listener, Handler handler)
    : listener_(kj::mv(listener)),
      observer_(port, listener_.get(), UvFdObserver::Interest::read),
      handler_(std::move(handler)),
      task_(listen().eagerlyEvaluate([](kj::Exception&& exception) {
        spdlog::error("denied system calls: {}", plainText(exception));
      })) {}

kj::Promise<void> DeniedCalls::listen() {
  return observer_.whenReadable().then([this]() -> kj::Promise<void> {
    if (!handleNext()) return kj::READY_NOW;
    return listen();
  });
}

bool DeniedCalls::handleNext() {
  // Receiving would block where there is nothing to receive.
  pollfd state = {listener_.get(), POLLIN, 0};
  KJ_SYSCALL(::poll(&state, 1, 0));
  if ((state.revents & POLLIN) == 0) return (state.revents & (POLLHUP | POLLERR)) == 0;

  seccomp_notif notice = {};
  if (::ioctl(listener_.get(), SECCOMP_IOCTL_NOTIF_RECV, &notice) < 0) {
    // The caller was killed or interrupted before it could be heard.
    if (errno == ENOENT || errno == EINTR) return true;
    KJ_FAIL_SYSCALL("ioctl(SECCOMP_IOCTL_NOTIF_RECV)", errno);
  }
  const DeniedCall call{static_cast<pid_t>(notice.pid),
                        deniedCallName(notice.data.nr, notice.data.arch)};
  if (!handler_(call)) refuse(listener_.get(), notice.id);
  return true;
}

}  // namespace brood::supervisor
