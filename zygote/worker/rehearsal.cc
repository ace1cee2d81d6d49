#include "zygote/worker/rehearsal.h"

#include <capnp/message.h>
#include <capnp/serialize.h>
#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <string>
#include <system_error>

#include "base/owned_fd.h"
#include "rpc/wire/fd_passing.h"
#include "rpc/wire/worker_frames.h"
#include "zygote/worker/worker_channel.h"

namespace brood::zygote {
namespace {

// Copying this much takes less than waking up.
constexpr uintptr_t kPieceBytes = 32 << 10;

// No runtime's job ends with it by itself.
constexpr int kScoutFailed = 125;

class ScratchFolder {
 public:
  explicit ScratchFolder(kj::StringPtr parent)
      : path_(std::string(parent.cStr()) + "/brood-rehearsal-XXXXXX") {
    KJ_REQUIRE(::mkdtemp(path_.data()) != nullptr, "no folder to rehearse in", parent,
               strerror(errno));
  }
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  KJ_DISALLOW_COPY(ScratchFolder);

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// As it would come down a worker's channel: reading it touches pages as well.
kj::Array<capnp::word> messageOf(const RehearsalJob& job) {
  capnp::MallocMessageBuilder message;
  auto root = message.initRoot<wire::WorkerJob>();
  root.setSource(job.source.asBytes());
  root.setSourceName("main.py");
  return capnp::messageToFlatArray(message);
}

void leadNowhere(std::initializer_list<int> fds) {
  int nowhere;
  KJ_SYSCALL(nowhere = ::open("/dev/null", O_RDWR | O_CLOEXEC));
  for (int fd : fds) KJ_SYSCALL(::dup2(nowhere, fd));
}

void writeRanges(int fd, const std::vector<PageRange>& ranges) {
  uint64_t count = ranges.size();
  const size_t size = ranges.size() * sizeof(PageRange);
  KJ_REQUIRE(::write(fd, &count, sizeof(count)) == sizeof(count));
  const char* bytes = reinterpret_cast<const char*>(ranges.data());
  for (size_t done = 0; done < size;) {
    ssize_t written;
    KJ_SYSCALL(written = ::write(fd, bytes + done, size - done));
    done += written;
  }
}

// False when the scout ended before it had told all.
bool readExactly(int fd, void* buffer, size_t size) {
  for (size_t done = 0; done < size;) {
    ssize_t count;
    KJ_SYSCALL(count = ::read(fd, static_cast<char*>(buffer) + done, size - done));
    if (count == 0) return false;
    done += count;
  }
  return true;
}

bool readRanges(int fd, std::vector<PageRange>& ranges) {
  uint64_t count;
  if (!readExactly(fd, &count, sizeof(count))) return false;
  ranges.resize(count);
  return readExactly(fd, ranges.data(), count * sizeof(PageRange));
}

// Received as a worker receives it, for that touches memory as well.
JobMessage receive(JobInbox& inbox, int ours, kj::ArrayPtr<const capnp::word> message) {
  WorkerJobHeader header;
  header.byteLength = static_cast<uint32_t>(message.asBytes().size());
  KJ_SYSCALL(::write(ours, &header, sizeof(header)));
  KJ_SYSCALL(::write(ours, message.begin(), header.byteLength));
  return inbox.receive();
}

std::string sourceIn(const std::string& folder) { return folder + "/main"; }

int liveAsWorker(Runtime& runtime, kj::ArrayPtr<const capnp::word> message,
                 const std::string& folder, int planFd) {
  PrivateMappings mappings = PrivateMappings::ofThisProcess();
  leadNowhere({STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO});
  runtime.afterFork();
  const std::string sourcePath = sourceIn(folder);
  runtime.park(sourcePath.c_str());
  auto [ours, theirs] = newStreamPair();
  JobInbox inbox(theirs.get());
  JobMessage received = receive(inbox, ours.get(), message);
  const Surroundings surroundings;
  ReceivedJob job(received.words, surroundings);
  JobSpec spec = job.spec();
  spec.sourcePath = sourcePath.c_str();
  int exitCode = runtime.run(spec);
  writeRanges(planFd, ownPages(mappings.writable));
  writeRanges(planFd, oneOfEachGroup(mappings.files));
  return exitCode;
}

[[noreturn]] void beScout(Runtime& runtime, kj::ArrayPtr<const capnp::word> message,
                          const std::string& folder, int planFd) {
  int exitCode = kScoutFailed;
  try {
    exitCode = liveAsWorker(runtime, message, folder, planFd);
  } catch (...) {
    // The parent sees the exit code, and the supervisor a zygote that does not start.
  }
  ::_exit(exitCode);
}

TouchPlan rehearseOne(Runtime& runtime, const RehearsalJob& job, kj::StringPtr scratch,
                      bool expects) {
  ScratchFolder folder(scratch);
  kj::Array<capnp::word> message = messageOf(job);
  if (expects) runtime.expectAt(sourceIn(folder.path()).c_str());
  int ends[2];
  KJ_SYSCALL(::pipe2(ends, O_CLOEXEC));
  OwnedFd planFd(ends[0]), scoutFd(ends[1]);

  runtime.beforeFork();
  pid_t scout = ::fork();
  if (scout == 0) beScout(runtime, message, folder.path(), scoutFd.get());
  int forkError = errno;
  runtime.afterForkInParent();
  KJ_REQUIRE(scout > 0, "cannot fork", strerror(forkError));
  scoutFd.reset();

  TouchPlan plan;
  bool toldAll = readRanges(planFd.get(), plan.writes) && readRanges(planFd.get(), plan.reads);
  int waitStatus;
  KJ_SYSCALL(::waitpid(scout, &waitStatus, 0));
  const char* failure = job.word.size() == 0
                            ? "a fork of this interpreter cannot run its typical job"
                            : "a fork of this interpreter cannot run its large job";
  KJ_REQUIRE(toldAll && WIFEXITED(waitStatus) && WEXITSTATUS(waitStatus) == job.exitCode, failure,
             job.word, waitStatus, job.exitCode);
  return plan;
}

}  // namespace

void TouchPlan::apply() const noexcept {
  populateForReading(kj::arrayPtr(reads.data(), reads.size()));
  populateForWriting(kj::arrayPtr(writes.data(), writes.size()));
}

void TouchPlan::applyUntil(kj::FunctionParam<bool()> isWanted) const noexcept {
  const auto applyEach = [&isWanted](const std::vector<PageRange>& ranges, auto&& populate) {
    for (PageRange rest : ranges) {
      while (rest.begin < rest.end) {
        if (isWanted()) return;
        const PageRange piece{rest.begin, std::min(rest.end, rest.begin + kPieceBytes)};
        populate(kj::arrayPtr(&piece, 1));
        rest.begin = piece.end;
        // A process that wakes up would have to wait until the next tick, which may be 4 ms.
        ::sched_yield();
      }
    }
  };
  applyEach(writes, populateForWriting);
  applyEach(reads, populateForReading);
}

Rehearsal rehearse(Runtime& runtime, kj::StringPtr scratch, bool expects) {
  Rehearsal all;
  for (const RehearsalJob& job : runtime.rehearsalJobs()) {
    const TouchPlan one = rehearseOne(runtime, job, scratch, expects);
    const bool isLarge = job.word.size() > 0;
    if (isLarge) all.largeJobWords.emplace_back(job.word.cStr());
    TouchPlan& plan = isLarge ? all.priming : all.parking;
    plan.writes = united(plan.writes, one.writes);
    plan.reads = united(plan.reads, one.reads);
  }
  all.priming.writes = without(all.priming.writes, all.parking.writes);
  all.priming.reads = without(all.priming.reads, all.parking.reads);
  return all;
}

}  // namespace brood::zygote
