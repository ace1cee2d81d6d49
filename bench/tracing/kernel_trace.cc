#include "bench/tracing/kernel_trace.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <stdexcept>

namespace brood::bench {
namespace {

[[noreturn]] void fail(const std::string& what) {
  throw std::runtime_error(what + ": " + std::strerror(errno));
}

OwnedFd openTracefs() {
  OwnedFd context(::fsopen("tracefs", FSOPEN_CLOEXEC));
  if (context.get() < 0) fail("tracefs");
  if (::fsconfig(context.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) != 0) fail("tracefs");
  OwnedFd root(::fsmount(context.get(), FSMOUNT_CLOEXEC, 0));
  if (root.get() < 0) fail("tracefs");
  return root;
}

}  // namespace

KernelTrace::KernelTrace()
    : root_(openTracefs()), instance_("instances/brood-bench-" + std::to_string(::getpid())) {
  if (::mkdirat(root_.get(), instance_.c_str(), 0700) != 0) fail("tracefs: " + instance_);
  try {
    write("tracing_on", "0");
    write("trace_clock", "mono");
  } catch (const std::runtime_error&) {
    ::unlinkat(root_.get(), instance_.c_str(), AT_REMOVEDIR);
    throw;
  }
}

KernelTrace::~KernelTrace() {
  // Ends what it traces, too.
  ::unlinkat(root_.get(), instance_.c_str(), AT_REMOVEDIR);
}

void KernelTrace::write(const std::string& file, const std::string& text) const {
  OwnedFd fd(::openat(root_.get(), inInstance(file).c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC));
  if (fd.get() < 0) fail("tracefs: " + file);
  if (::write(fd.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    fail("tracefs: " + file);
  }
}

void KernelTrace::setLevel(Level level) {
  const char* switches = level == Level::nothing ? "0" : "1";
  const char* calls = level == Level::calls ? "1" : "0";
  write("events/sched/sched_switch/enable", switches);
  write("events/sched/sched_waking/enable", switches);
  write("events/raw_syscalls/sys_enter/enable", calls);
  write("events/exceptions/page_fault_user/enable", calls);
}

void KernelTrace::start() {
  // Opening it to write empties it.
  write("trace", "");
  write("tracing_on", "1");
}

std::vector<KernelEvent> KernelTrace::stop() {
  write("tracing_on", "0");
  OwnedFd fd(::openat(root_.get(), inInstance("trace").c_str(), O_RDONLY | O_CLOEXEC));
  if (fd.get() < 0) fail("tracefs: trace");
  std::string text;
  char block[65'536];
  for (ssize_t count; (count = ::read(fd.get(), block, sizeof(block))) > 0;) {
    text.append(block, static_cast<size_t>(count));
  }
  return parseKernelEvents(text);
}

}  // namespace brood::bench
