#pragma once
// One zygote as the supervisor sees it: starts it, talks to it, restarts it when it dies or does
// not answer.

#include <kj/async.h>
#include <kj/timer.h>
#include <signal.h>

#include <functional>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "rpc/loop/uv_event_port.h"
#include "rpc/wire/zygote.capnp.h"
#include "supervisor/processes/child_process.h"
#include "supervisor/processes/reaper.h"
#include "supervisor/processes/spawn.h"
#include "supervisor/zygotes/denied_calls.h"
#include "supervisor/zygotes/fork_source.h"
#include "supervisor/zygotes/message_sender.h"

namespace brood::supervisor {

struct ZygoteOptions {
  std::string name;    // For logs: "python/default", "slots".
  std::string binary;  // Absolute path of brood-zygote-*.
  std::function<void(wire::WarmUp::Builder)> fillWarmUp;
  // Called when a process that it has forked makes a system call that ends jobs. Empty: nobody is
  // told.
  DeniedCalls::Handler onDeniedCall{};
  // The signal that ends a process which it has forked.
  int endSignal = SIGKILL;
  // The library to load before others; may be empty.
  std::string preload{};
  // Whether its workers execute the job's program, so that the job must name it.
  bool executesPrograms = false;
  // Starts the binary as our child and passes it the control socket (borrowed).
  std::function<pid_t(const std::string& binary, int controlFd, const std::string& preload)> spawn =
      &spawnZygote;
};

// The state of the current zygote. `restarts` counts those before it.
struct ZygoteInfo {
  pid_t pid = -1;  // -1 while none runs.
  bool ready = false;
  uint32_t restarts = 0;
  std::string version;
  std::vector<std::string> loaded;
  std::vector<std::string> missing;  // "module: reason".
  uint64_t warmUpMicros = 0;
  uint64_t forks = 0;  // Workers and slots that it has been asked for.
  std::vector<std::string> largeJobWords;
};

class ZygoteHost final : public ForkSource {
 public:
  // All borrowed but for the options.
  ZygoteHost(UvEventPort& port, kj::Timer& timer, Reaper& reaper, ZygoteOptions options);
  ~ZygoteHost() noexcept(false) override;
  KJ_DISALLOW_COPY(ZygoteHost);

  const ZygoteInfo& info() const { return info_; }
  bool ready() const override { return info_.ready; }
  bool executesPrograms() const override { return options_.executesPrograms; }
  bool knowsLargeJobs() const override { return !info_.largeJobWords.empty(); }
  bool isLargeJob(kj::ArrayPtr<const kj::byte> text) const override;
  // Requests that it has been sent and has not answered.
  size_t unanswered() const { return pending_.size(); }

  kj::Promise<void> whenReady() override;
  // Never resolves. Rejects as soon as a zygote says that it cannot be made ready, with its
  // message: a restart would fail likewise. For `brood profile add`; one caller at a time.
  kj::Promise<void> whenWarmUpFails();

  kj::Promise<kj::Own<ChildProcess>> request(
      const std::function<void(wire::ZygoteRequest::Builder)>& fill,
      kj::ArrayPtr<const int> fds) override;

  // Refuses new requests. Resolves when its children and then the zygote have ended; if the zygote
  // dies before its children, when these have ended. No restart.
  kj::Promise<void> leave();

  // Closes the control socket, upon which the zygote exits, and does not start another.
  kj::Promise<void> stop();

 private:
  struct Pending {
    kj::Own<kj::PromiseFulfiller<kj::Own<ChildProcess>>> fulfiller;
  };
  // The zygote reports the end of its children; after the zygote's death the reaper does.
  struct Child {
    kj::Own<kj::PromiseFulfiller<ProcessExit>> fulfiller;
    kj::Own<Reaper::Claim> claim;
  };

  void spawn();
  kj::Promise<void> runUntilStopped();
  kj::Promise<void> runOnce();
  kj::Promise<void> readEvents();
  void dropControl();
  kj::Exception died() const;
  kj::Exception doesNotStart() const;
  kj::Promise<kj::Own<ChildProcess>> awaitAnswer(uint64_t requestId);
  bool handleMessage();
  void rejectReadyWaiters();
  void noteWarmUpFailed(capnp::Text::Reader detail);
  kj::Promise<void> watchWarmUp();
  kj::Promise<void> watchAnswers();
  void killStuck();
  void handleEvent(wire::ZygoteEvent::Reader event, kj::ArrayPtr<OwnedFd> fds);
  void noteReady(wire::Ready::Reader ready);
  void settleAfterDeath(ProcessExit exit);
  void endIfLeft();
  kj::Own<ChildProcess> adoptChild(wire::Process::Reader process, OwnedFd pidfd);

  UvEventPort& port_;
  kj::Timer& timer_;
  Reaper& reaper_;
  ZygoteOptions options_;
  ZygoteInfo info_;
  bool isStopping_ = false;
  bool isLeaving_ = false;
  uint32_t consecutiveFailures_ = 0;
  std::string lastError_ = "it ended without saying why";
  uint64_t nextRequestId_ = 1;

  OwnedFd control_, pidfd_;
  kj::Maybe<kj::Own<UvFdObserver>> observer_;
  MessageSender sender_;                         // Sends on control_.
  kj::Maybe<kj::Own<DeniedCalls>> deniedCalls_;  // The current zygote's.
  std::map<uint64_t, Pending> pending_;          // The oldest first.
  std::unordered_map<pid_t, Child> children_;    // The living ones.
  std::vector<kj::Own<kj::PromiseFulfiller<void>>> readyWaiters_;
  kj::Maybe<kj::Own<kj::PromiseFulfiller<void>>> warmUpWaiter_;
  kj::Promise<void> adoption_ = kj::READY_NOW;
  // One timer for all requests: the oldest may take one to two times the bound.
  kj::Promise<void> warmUpWatch_ = kj::READY_NOW, answerWatch_ = kj::READY_NOW;
  bool isWatchingAnswers_ = false;
  kj::ForkedPromise<void> task_;
};

}  // namespace brood::supervisor
