#pragma once
// The commands of one session: those that run, and the latest of those that have ended.

#include <kj/async.h>
#include <kj/one-of.h>

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "supervisor/jobs/admitted_job.h"
#include "supervisor/sessions/command.h"

namespace brood::supervisor {

class Commands {
 public:
  // Resolves with a worker that has this opening, and becomes its program.
  using NewWorker = std::function<kj::Promise<kj::Own<SessionWorker>>(const CommandOrder&)>;

  // The ground is borrowed.
  Commands(SessionGround& ground, NewWorker newWorker);
  KJ_DISALLOW_COPY(Commands);

  using Started = kj::OneOf<std::shared_ptr<Command>, RejectionInfo>;
  // Resolves when it runs.
  kj::Promise<Started> start(CommandOrder order, const JobLimits& limits);
  Started find(const std::string& id) const;
  // By number.
  const std::map<uint64_t, std::shared_ptr<Command>>& all() const { return commands_; }
  size_t running() const;
  uint64_t started() const { return next_ - 1; }
  void endAll(EndCause cause);
  // Their session is gone.
  void clear() { commands_.clear(); }

 private:
  void forgetOldest();

  SessionGround& ground_;
  const NewWorker newWorker_;
  uint64_t next_ = 1;
  std::map<uint64_t, std::shared_ptr<Command>> commands_;
};

// Checked, but for what depends on the session's state. The parameters are borrowed for the call.
kj::OneOf<CommandOrder, RejectionInfo> admitCommand(rpc::Command::Reader command,
                                                    const JobLimits& limits, const Config& config);

}  // namespace brood::supervisor
