#pragma once
// The Session capability: what callers do with one session.

#include <memory>

#include "rpc/calls/sessions.capnp.h"
#include "supervisor/base/metrics.h"
#include "supervisor/isolation/isolation.h"
#include "supervisor/sessions/session.h"

namespace brood::supervisor {

class SessionServer final : public rpc::Session::Server {
 public:
  // Borrowed, but for the session.
  SessionServer(std::shared_ptr<Session> session, const IsolationReport& isolation,
                Metrics& metrics)
      : session_(std::move(session)), isolation_(isolation), metrics_(metrics) {}

  kj::Promise<void> info(InfoContext context) override;
  kj::Promise<void> update(UpdateContext context) override;
  kj::Promise<void> close(CloseContext context) override;
  kj::Promise<void> execute(ExecuteContext context) override;
  kj::Promise<void> openContext(OpenContextContext context) override;
  kj::Promise<void> closeContext(CloseContextContext context) override;
  kj::Promise<void> interrupt(InterruptContext context) override;
  kj::Promise<void> restart(RestartContext context) override;
  kj::Promise<void> pause(PauseContext context) override;
  kj::Promise<void> resume(ResumeContext context) override;

  kj::Promise<void> start(StartContext context) override;
  kj::Promise<void> writeInput(WriteInputContext context) override;
  kj::Promise<void> signal(SignalContext context) override;
  kj::Promise<void> resize(ResizeContext context) override;
  kj::Promise<void> follow(FollowContext context) override;

  kj::Promise<void> readFile(ReadFileContext context) override;
  kj::Promise<void> writeFile(WriteFileContext context) override;
  kj::Promise<void> stat(StatContext context) override;
  kj::Promise<void> list(ListContext context) override;
  kj::Promise<void> makeFolder(MakeFolderContext context) override;
  kj::Promise<void> move(MoveContext context) override;
  kj::Promise<void> remove(RemoveContext context) override;

 private:
  // Writes why not, and returns true, if there is a reason.
  template <typename Outcome>
  bool refuses(kj::Maybe<RejectionInfo> why, Outcome outcome);
  template <typename Context>
  kj::Promise<void> askForFiles(Context context, FileQuestion question);
  template <typename Outcome>
  void reject(const RejectionInfo& why, Outcome outcome);

  const std::shared_ptr<Session> session_;
  const IsolationReport& isolation_;
  Metrics& metrics_;
  JobIds ids_;
};

}  // namespace brood::supervisor
