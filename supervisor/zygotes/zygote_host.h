#pragma once
// One zygote as the supervisor sees it: starts it, talks to it, restarts it when it dies or does
// not answer.

#include <kj/async.h>
#include <kj/timer.h>

#include <functional>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "rpc/uv_event_port.h"
#include "rpc/zygote.capnp.h"
#include "supervisor/child_process.h"
#include "supervisor/denied_calls.h"
#include "supervisor/fork_source.h"
#include "supervisor/reaper.h"
#include "supervisor/shared_host.h"

namespace brood {

struct ZygoteOptions {
  std::string name;    // For logs: "python/default", "slots".
  std::string binary;  // Absolute path of brood-zygote-*.
  std::function<void(wire::WarmUp::Builder)> fillWarmUp;
  // For the calls of all that it has forked. Empty: they are refused.
  DeniedCalls::Handler onDeniedCall{};
  // Borrowed; null where there is none, in every tier but "process".
  const SharedHost* sharedHost = nullptr;
  // Whether its workers become the program that a job is run by, and so must be told of it.
  bool executesPrograms = false;
};

// What the current zygote reported when it became ready.
struct ZygoteInfo {
  pid_t pid = -1;  // -1 while none runs.
  bool ready = false;
  uint32_t restarts = 0;
  std::string version;
  std::vector<std::string> loaded;
  std::vector<std::string> missing;  // "module: reason".
  uint64_t warmUpMicros = 0;
  uint64_t forks = 0;  // Asked of it so far.
  std::vector<std::string> largeJobWords;
};

class ZygoteHost final : public ForkSource {
 public:
  // `onReady` is called each time a (re)started zygote is ready to fork.
  ZygoteHost(UvEventPort& port, Reaper& reaper, ZygoteOptions options,
             std::function<void()> onReady);
  ~ZygoteHost() noexcept(false) override;
  KJ_DISALLOW_COPY(ZygoteHost);

  const ZygoteInfo& info() const { return info_; }
  bool ready() const override { return info_.ready; }
  bool executesPrograms() const override { return options_.executesPrograms; }
  bool knowsLargeJobs() const override { return !info_.largeJobWords.empty(); }
  bool isLargeJob(kj::ArrayPtr<const kj::byte> text) const override;
  // Requests on their way.
  size_t unanswered() const { return pending_.size(); }

  // Resolves when the current zygote is ready. Rejects with the last error once several starts in
  // a row have failed (it goes on trying all the same).
  kj::Promise<void> whenReady();

  kj::Promise<kj::Own<ChildProcess>> request(
      const std::function<void(wire::ZygoteRequest::Builder)>& fill,
      kj::ArrayPtr<const int> fds) override;

  // Takes no more requests. Resolves when all that it has forked has ended, and so has the zygote
  // itself, which is not started again.
  kj::Promise<void> leave();

  // Closes the control socket, upon which the zygote exits, and does not start another.
  kj::Promise<void> stop();

 private:
  struct Pending {
    kj::Own<kj::PromiseFulfiller<kj::Own<ChildProcess>>> fulfiller;
  };

  void spawn();
  kj::Promise<void> runUntilStopped();
  kj::Promise<void> runOnce();
  kj::Promise<void> readEvents();
  kj::Promise<void> send(kj::Array<kj::byte> message, std::vector<int> fds);
  bool handleMessage();
  void rejectReadyWaiters();
  kj::Promise<void> watchWarmUp();
  kj::Promise<void> watchAnswers();
  void killStuck();
  void handleEvent(wire::ZygoteEvent::Reader event, kj::ArrayPtr<OwnedFd> fds);
  void noteReady(wire::Ready::Reader ready);
  void settleAfterDeath(ProcessExit exit);
  void endIfLeft();
  kj::Own<ChildProcess> adoptChild(wire::Process::Reader process, OwnedFd pidfd);

  UvEventPort& port_;
  Reaper& reaper_;
  ZygoteOptions options_;
  std::function<void()> onReady_;
  ZygoteInfo info_;
  bool stopping_ = false;
  bool isLeaving_ = false;
  uint32_t consecutiveFailures_ = 0;
  std::string lastError_ = "it ended without saying why";
  uint64_t nextRequestId_ = 1;

  OwnedFd control_, pidfd_;
  kj::Maybe<kj::Own<UvFdObserver>> observer_;
  kj::Maybe<kj::Own<DeniedCalls>> deniedCalls_;  // Of the current zygote.
  std::map<uint64_t, Pending> pending_;          // The oldest first.
  // Exit fulfillers of living children, by pid: the zygote tells us, or the reaper once it is dead.
  std::unordered_map<pid_t, kj::Own<kj::PromiseFulfiller<ProcessExit>>> children_;
  std::vector<kj::Own<kj::PromiseFulfiller<void>>> readyWaiters_;
  kj::Promise<void> adoption_ = kj::READY_NOW;
  // One timer for all requests: the oldest is given between one and two bounds.
  kj::Promise<void> warmUpWatch_ = kj::READY_NOW, answerWatch_ = kj::READY_NOW;
  bool isWatchingAnswers_ = false;
  kj::ForkedPromise<void> task_;
};

}  // namespace brood
