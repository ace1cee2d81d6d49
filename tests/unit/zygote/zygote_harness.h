#pragma once
// Drives a real brood-zygote-none the way the supervisor does, without an event loop.

#include <sys/types.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/policy/layers.h"
#include "rpc/wire/fd_passing.h"
#include "rpc/wire/worker.capnp.h"
#include "rpc/wire/worker_frames.h"
#include "rpc/wire/zygote.capnp.h"

namespace brood::zygote {

struct Failure {
  std::string layer;
  int errnoValue = 0;
};

struct SlotOptions {
  uint64_t workspaceBytes = 1 << 20;
  uint64_t workspaceInodes = 64;
  uint64_t tmpBytes = 1 << 20;
  uint64_t tmpInodes = 64;
  uint64_t shmBytes = 1 << 20;
  uint32_t hostJobUid = 0;  // 0: one of the harness's own.
};

// A slot; its lifeline is held here.
struct TestSlot {
  pid_t initPid = -1;
  OwnedFd initPidfd;
  OwnedFd lifeline;
  LayerSet layers;
  Failure failure;  // When initPid is -1.
};

struct JobOptions {
  std::vector<std::string> command;
  std::string source;
  std::string sourceName;
  std::string stdinText;
  std::vector<std::pair<std::string, std::string>> env;
  uint64_t openFiles = 0;
  uint64_t fileBytes = 0;
  wire::Service serves = wire::Service::NOTHING;
  std::string folder;
  bool hasTerminal = false;  // Of 24 rows and 80 columns.
};

struct JobResult {
  std::string stdoutText;
  std::string stderrText;
  int waitStatus = -1;
};

// A forked worker and our ends of its pipes.
struct TestWorker {
  pid_t pid = -1;
  OwnedFd pidfd;
  OwnedFd channel, stdinWrite, stdoutRead, stderrRead;
  Failure failure;  // When pid is -1.

  // The next frame; kind 0 at end of file.
  WorkerFrame readFrame();
  void sendJob(const JobOptions& job);
  // Without input, and with the channel and standard input left open.
  void open(const JobOptions& job);
  // Everything until both ends are closed.
  void readOutput(JobResult& result);
};

class ZygoteHarness {
 public:
  // Starts the binary, warms it up. Descriptor 2 of the zygote is ours.
  explicit ZygoteHarness(const LayerPolicy& layers = LayerPolicy());
  ~ZygoteHarness();

  TestSlot buildSlot(const SlotOptions& options = {});
  TestWorker forkWorker(const TestSlot& slot, const std::vector<int>& cgroupFds = {});
  // Waits for the kernel's word on a child of the zygote.
  int waitForExit(pid_t pid);
  // A new worker in the slot runs the job to its end.
  JobResult run(const TestSlot& slot, const JobOptions& job);
  // As above, with a shell script.
  JobResult sh(const TestSlot& slot, const std::string& script);

  pid_t pid() const { return zygotePid_; }
  // Closes the control socket and returns the zygote's wait status.
  int stop();

 private:
  using Fill = std::function<void(wire::ZygoteRequest::Builder)>;
  struct Answer {
    pid_t pid = -1;
    OwnedFd pidfd;
    LayerSet layers;
    Failure failure;
  };
  void send(const Fill& fill, const std::vector<int>& fds);
  // Reads events until one answers the last request, or until `child` has exited.
  Answer awaitAnswer();
  bool readEvent(Answer* answer);

  std::string stagingDir_;
  OwnedFd control_;
  pid_t zygotePid_ = -1;
  uint64_t lastRequestId_ = 0;
  std::map<pid_t, int> waitStatuses_;
};

std::string readWholeFile(const std::string& path);
// Blocks until the process a pidfd names has ended.
void awaitEnd(int pidfd);

}  // namespace brood::zygote
