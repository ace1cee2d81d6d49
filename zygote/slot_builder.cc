#include "zygote/slot_builder.h"

#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>

#include "rpc/fd_passing.h"
#include "zygote/layers/layer.h"
#include "zygote/root_template.h"
#include "zygote/slot_init.h"

namespace brood {
namespace {

constexpr uint64_t kSlotNamespaces = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET |
                                     CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP;

struct TmpfsSize {
  uint64_t bytes;
  uint64_t inodes;
};

template <size_t capacity>
void writeTmpfsOptions(char (&options)[capacity], TmpfsSize size, const char* mode) {
  // To tmpfs zero means "without limit".
  KJ_REQUIRE(size.bytes > 0 && size.inodes > 0, "a tmpfs of a slot must have limits");
  int length =
      std::snprintf(options, capacity, "size=%llu,nr_inodes=%llu,mode=%s,uid=%u,gid=%u",
                    static_cast<unsigned long long>(size.bytes),
                    static_cast<unsigned long long>(size.inodes), mode, kJobIdInside, kJobIdInside);
  KJ_ASSERT(length > 0 && static_cast<size_t>(length) < capacity);
}

SlotInitPlan makePlan(wire::BuildSlot::Reader request) {
  SlotInitPlan plan = {};
  kj::StringPtr hostname = request.getHostname();
  KJ_REQUIRE(hostname.size() > 0 && hostname.size() < sizeof(plan.hostname), hostname);
  std::memcpy(plan.hostname, hostname.begin(), hostname.size());
  writeTmpfsOptions(plan.workspaceOptions,
                    {request.getWorkspaceBytes(), request.getWorkspaceInodes()}, "0700");
  writeTmpfsOptions(plan.tmpOptions, {request.getTmpBytes(), request.getTmpInodes()}, "1777");
  writeTmpfsOptions(plan.shmOptions, {request.getShmBytes(), request.getShmInodes()}, "1777");
  return plan;
}

// fork(2) into new namespaces: no CLONE_VM, so the child runs on a copy of this very stack.
// glibc's own at-fork work is left out on purpose: init calls nothing that needs it.
long cloneInit(int* pidfd) {
  clone_args args = {};
  args.flags = kSlotNamespaces | CLONE_PIDFD;
  args.pidfd = reinterpret_cast<uint64_t>(pidfd);
  args.exit_signal = SIGCHLD;
  return ::syscall(SYS_clone3, &args, sizeof(args));
}

// Two lines: init and the job. Returns 0 or errno.
int writeIdMap(int procFd, pid_t pid, const char* file, uint32_t hostInitId, uint32_t hostJobId) {
  char path[64];
  std::snprintf(path, sizeof(path), "%d/%s", pid, file);
  OwnedFd map(::openat(procFd, path, O_WRONLY | O_CLOEXEC));
  if (!map) return errno;
  char lines[96];
  int length = std::snprintf(lines, sizeof(lines), "%u %u 1\n%u %u 1\n", kInitIdInside, hostInitId,
                             kJobIdInside, hostJobId);
  return ::write(map.get(), lines, length) == length ? 0 : errno;
}

// What init reported. End of file: it died without a word.
StepFailure readReport(int reportFd) {
  StepFailure report;
  ssize_t count;
  do {
    count = ::read(reportFd, &report, sizeof(report));
  } while (count < 0 && errno == EINTR);
  if (count != sizeof(report)) return StepFailure::at("slot:init", ECHILD);
  report.layer[sizeof(report.layer) - 1] = '\0';
  return report;
}

}  // namespace

void SlotBuilder::prepareRoot(wire::RootTemplate::Reader rootTemplate) {
  enterRootTemplate(rootTemplate);
  int fd;
  KJ_SYSCALL(fd = ::open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC));
  proc_ = OwnedFd(fd);
}

std::variant<BuiltSlot, StepFailure> SlotBuilder::build(wire::BuildSlot::Reader request,
                                                        int lifelineFd) {
  KJ_REQUIRE(proc_.get() >= 0, "the root template has not been prepared");
  SlotInitPlan plan = makePlan(request);
  auto [idMapsWritten, tellIdMapsWritten] = newPipe();
  auto [report, tellReport] = newPipe();
  plan.lifelineFd = lifelineFd;
  plan.idMapsWrittenFd = idMapsWritten.get();
  plan.reportFd = tellReport.get();
  // Init's copy of the write end would hide from it that we gave up.
  int hiddenFromInit = tellIdMapsWritten.get();

  int pidfd = -1;
  long pid = cloneInit(&pidfd);
  if (pid < 0) return StepFailure::at("clone", errno);
  if (pid == 0) {
    ::close(hiddenFromInit);
    runSlotInit(plan);
  }
  OwnedFd initPidfd(pidfd);
  idMapsWritten.reset();
  tellReport.reset();

  int error =
      writeIdMap(proc_.get(), pid, "uid_map", request.getHostInitUid(), request.getHostJobUid());
  if (error != 0) return StepFailure::at("uid_map", error);
  error =
      writeIdMap(proc_.get(), pid, "gid_map", request.getHostInitGid(), request.getHostJobGid());
  if (error != 0) return StepFailure::at("gid_map", error);
  if (::write(tellIdMapsWritten.get(), "", 1) != 1) return StepFailure::at("slot:init", errno);

  StepFailure outcome = readReport(report.get());
  if (outcome.errnoValue != 0) return outcome;
  return BuiltSlot{static_cast<pid_t>(pid), kj::mv(initPidfd)};
}

kj::Own<SlotService> makeSlotService() { return kj::heap<SlotBuilder>(); }

}  // namespace brood
