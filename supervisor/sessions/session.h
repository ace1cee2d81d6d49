#pragma once
// A sandbox that is kept, and all that lives in it: contexts, commands, the file agent.

#include <kj/async.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "supervisor/base/job_ids.h"
#include "supervisor/cells/context.h"
#include "supervisor/cells/sandbox_processes.h"
#include "supervisor/jobs/worker_source.h"
#include "supervisor/sandboxes/worker_starter.h"
#include "supervisor/sessions/commands.h"
#include "supervisor/sessions/file_agent.h"
#include "supervisor/sessions/session_counts.h"
#include "supervisor/sessions/session_life.h"
#include "supervisor/sessions/session_request.h"

namespace brood::supervisor {

// What sessions are made with. All borrowed.
struct SessionTools {
  UvEventPort& port;
  kj::Timer& timer;
  SessionRules rules;
  WorkerSource& workers;
  GuestLauncher& guests;
  ForkSource& slotBuilder;
};

// How a session came to its end.
struct SessionEnd {
  std::string reason;                 // "closed", "idle", "expired", "killed", "shutdown".
  std::string message;                // For people.
  EndCause cause = EndCause::exited;  // Of the cells that run.
};

inline RejectionInfo goneBecause(const std::string& id, const SessionEnd& end) {
  return {rpc::RejectionKind::GONE, "session_closed",
          "session " + id + " has ended (" + end.reason + "): " + end.message, "", 0};
}

class Session final : public SandboxOwner, private Context::Listener {
 public:
  // The tools are borrowed, the counts as well. `lease` has the first context's worker, which has
  // not got its opening yet. `onEnd` is told once, when it has been taken apart.
  Session(const SessionTools& tools, SessionCounts& counts, std::string id, SessionPlan plan,
          Lease lease);
  ~Session() noexcept(false);
  KJ_DISALLOW_COPY(Session);

  // Gives the worker its opening, and the sandbox the session's limits. Rejects DISCONNECTED if the
  // worker is gone.
  kj::Promise<void> begin();

  const std::string& id() const { return id_; }
  const std::string& tenant() const { return plan_.tenant; }
  const SessionPlan& plan() const { return plan_; }
  rpc::StartKind start() const { return start_; }
  const Metadata& metadata() const { return plan_.metadata; }
  void setMetadata(Metadata metadata) { plan_.metadata = std::move(metadata); }
  SessionLife& life() { return life_; }
  // What life() says has been changed by hand.
  void noteLifeChanged();
  const JobLimits& limits() const { return plan_.opening.limits; }
  int64_t createdUnixMs() const { return createdUnixMs_; }
  int64_t expiresUnixMs() const;
  uint64_t memoryBytes();
  uint64_t cpuMicros();
  // Nothing: it has not come to its end.
  const std::optional<SessionEnd>& ended() const { return ended_; }
  bool isPaused() const { return isPaused_; }

  // In the order of their ids.
  const std::map<std::string, std::shared_ptr<Context>>& contexts() const { return contexts_; }
  bool isDefault(const Context& context) const;
  // The context that a cell names, or the default one of its language, which is made if need be.
  using ContextChoice = kj::OneOf<std::shared_ptr<Context>, RejectionInfo>;
  ContextChoice contextFor(const std::string& id, const std::string& language);
  ContextChoice findContext(const std::string& id) const;
  // A further one, whose worker is there when the promise resolves.
  kj::Promise<ContextChoice> openContext(const std::string& language, const std::string& name,
                                         const std::string& folder);
  kj::Maybe<RejectionInfo> closeContext(const std::string& id);
  kj::Promise<CellReply> execute(std::shared_ptr<Context> context, CellOrder order);

  Commands& commands() { return commands_; }
  FileAgent& files() { return files_; }

  // Nothing of it runs when the promise resolves.
  kj::Promise<void> pause();
  void resume();
  // Nothing: it can run something now.
  kj::Maybe<RejectionInfo> whyNotNow() const;

  // A call that keeps the session from being idle, until the result is dropped.
  kj::Own<void> use();
  // Everything of it ends; resolves when the sandbox has been handed to its teardown.
  kj::Promise<void> end(SessionEnd why);
  // Resolves when that has happened, for whatever reason.
  kj::Promise<void> whenEnded() { return gone_.addBranch(); }

  // True if the process is one of this session's.
  bool noteDeniedCall(pid_t pid, const std::string& name);
  uint64_t heldBytes();

  // Forks a worker into the sandbox and gives it its opening.
  kj::Promise<kj::Own<SessionWorker>> newWorker(ForkSource& zygote, AdmittedJob opening);
  SessionGround& ground() { return ground_; }
  SessionCounts& counts() { return counts_; }
  const SessionTools& tools() const { return tools_; }

 private:
  // Of a worker in the sandbox: it is kept for the others.
  void retire(kj::Own<Sandbox>) override {}
  void noteBusy(bool isBusy) override;
  void noteCell(const CellEnd& cell) override;

  EncodedJob encode(const AdmittedJob& opening, bool executes);
  std::shared_ptr<Context> addContext(std::string id, const std::string& language,
                                      const std::string& folder);
  kj::Promise<kj::Own<SessionWorker>> newContextWorker(const std::string& language,
                                                       const std::string& folder);
  kj::Promise<kj::Own<SessionWorker>> newToolWorker(Stay stay, const CommandOrder* order);
  kj::Promise<void> whenStopped(kj::TimePoint giveUpAt);
  kj::Maybe<RejectionInfo> whyNoMore() const;
  kj::Promise<void> watchLife();
  kj::Promise<void> watchMemory();
  kj::Promise<void> whenOutOfMemory(UvFdObserver& observer);
  kj::Promise<void> lookAgain(kj::Duration pause);
  void noteOutOfMemory();
  bool endLargest();
  kj::Promise<void> disconnect();
  void release();
  RejectionInfo gone() const;

  const SessionTools& tools_;
  SessionCounts& counts_;
  const std::string id_;
  SessionPlan plan_;
  const rpc::StartKind start_;
  const int64_t createdUnixMs_;
  std::optional<SlotLease> sandbox_;
  SessionGround ground_;
  SessionLife life_;
  std::optional<SessionEnd> ended_;
  bool isPaused_ = false;
  Stopped stopped_;         // While it is paused.
  kj::Own<void> pauseUse_;  // One that is paused is not idle.
  uint32_t nextContext_ = 1;
  std::map<std::string, std::shared_ptr<Context>> contexts_;
  std::map<std::string, std::string> defaults_;  // Ids by language.
  Commands commands_;
  FileAgent files_;
  kj::Own<SessionWorker> first_;  // Until it has its opening.
  kj::Own<kj::PromiseFulfiller<void>> tellGone_;
  kj::ForkedPromise<void> gone_;
  kj::Own<kj::TaskSet::ErrorHandler> errorHandler_;
  std::optional<kj::TaskSet> tasks_;
  kj::Promise<void> living_ = nullptr, watching_ = nullptr, ending_ = nullptr;
};

}  // namespace brood::supervisor
