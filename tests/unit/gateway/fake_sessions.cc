#include "tests/unit/gateway/fake_sessions.h"

#include "base/text.h"
#include "rpc/calls/cancellation.h"
#include "tests/unit/gateway/fake_supervisor.h"

namespace brood::gateway {
namespace {

void reject(const FakeSessionState& state, rpc::Rejection::Builder rejection) {
  rejection.setKind(state.rejectionKind);
  rejection.setCode(state.rejectionCode);
  rejection.setMessage("as the test wants it");
}

void fillContext(rpc::ContextInfo::Builder context, const std::string& id) {
  context.setId(id);
  context.setLanguage("python");
  context.setCells(3);
  context.setIsDefault(true);
}

void fillCommand(rpc::CommandInfo::Builder command, bool isRunning) {
  command.setId("c1");
  command.initArgv(1).set(0, "/bin/true");
  command.setRunning(isRunning);
  command.setHasExitCode(!isRunning);
  command.setTag("mine");
  command.setStartedUnixMs(1234);
}

void fillInfo(const FakeSessionState& state, rpc::SessionInfo::Builder info) {
  info.setId("s1");
  info.setLanguage("python");
  info.setProfile("default");
  info.setCreatedUnixMs(1000);
  info.setExpiresUnixMs(2000);
  info.setTtlMs(1000);
  info.setIdleTimeoutMs(500);
  auto label = info.initMetadata(1)[0];
  label.setName("a\"b");
  label.setValue("c");
  fillContext(info.initContexts(1)[0], "python");
  fillCommand(info.initCommands(1)[0], true);
  info.setMemoryBytes(7);
  info.setCpuMicros(8);
  info.initLimits().setMemoryBytes(9);
  info.setTenant(state.tenant);
  auto isolation = info.initIsolation();
  isolation.setLevel("namespaces");
  isolation.setTier("user");
}

void fillFile(rpc::FileInfo::Builder file, const std::string& path, uint64_t size) {
  file.setPath(path);
  file.setSize(size);
  file.setMode(0644);
  file.setOwner("user");
  file.setGroup("user");
}

class FakeSession final : public rpc::Session::Server {
 public:
  explicit FakeSession(FakeSessionState& state) : state_(state) {}

  kj::Promise<void> info(InfoContext context) override {
    fillInfo(state_, context.getResults().initInfo());
    return kj::READY_NOW;
  }
  kj::Promise<void> update(UpdateContext context) override {
    const auto params = context.getParams();
    return done(context, "update " + std::to_string(params.getTtlMs()) + " " +
                             std::to_string(params.getIdleTimeoutMs()) + " " +
                             (params.getSetsMetadata() ? "metadata " : "as before ") +
                             std::to_string(params.getMetadata().size()));
  }
  kj::Promise<void> close(CloseContext context) override { return done(context, "close"); }
  kj::Promise<void> pause(PauseContext context) override { return done(context, "pause"); }
  kj::Promise<void> resume(ResumeContext context) override { return done(context, "resume"); }

  kj::Promise<void> execute(ExecuteContext context) override {
    allowCancellation(context);
    state_.calls.push_back("execute");
    auto outcome = context.getResults().initOutcome();
    if (rejects(outcome)) return kj::READY_NOW;
    if (state_.onExecute) return state_.onExecute(context);
    fillCellResult(context.getParams().getCell(), outcome.initResult());
    return kj::READY_NOW;
  }
  kj::Promise<void> openContext(OpenContextContext context) override {
    const auto params = context.getParams();
    state_.calls.push_back("open " + textOf(params.getLanguage()) + " " + textOf(params.getName()));
    auto outcome = context.getResults().initOutcome();
    if (!rejects(outcome)) fillContext(outcome.initContext(), textOf(params.getName()));
    return kj::READY_NOW;
  }
  kj::Promise<void> closeContext(CloseContextContext context) override {
    return done(context, "close context " + textOf(context.getParams().getId()));
  }
  kj::Promise<void> interrupt(InterruptContext context) override {
    return done(context, "interrupt " + textOf(context.getParams().getId()));
  }
  kj::Promise<void> restart(RestartContext context) override {
    state_.calls.push_back("restart " + textOf(context.getParams().getId()));
    auto outcome = context.getResults().initOutcome();
    if (!rejects(outcome)) fillContext(outcome.initContext(), "python");
    return kj::READY_NOW;
  }

  kj::Promise<void> start(StartContext context) override {
    allowCancellation(context);
    const auto command = context.getParams().getCommand();
    std::string call = "start";
    for (auto arg : command.getArgv()) call += " " + textOf(arg);
    state_.calls.push_back(call);
    auto outcome = context.getResults().initOutcome();
    if (rejects(outcome)) return kj::READY_NOW;
    if (state_.onStart) return state_.onStart(context);
    auto result = outcome.initResult();
    fillCommand(result.initCommand(), command.getBackground());
    if (!command.getBackground()) FakeSupervisor::fillResult(result.initJob());
    return kj::READY_NOW;
  }
  kj::Promise<void> writeInput(WriteInputContext context) override {
    const auto params = context.getParams();
    return done(context, "input " + textOf(params.getId()) + " " + textOf(params.getData()) +
                             (params.getThenClose() ? " end" : ""));
  }
  kj::Promise<void> signal(SignalContext context) override {
    const auto params = context.getParams();
    return done(context,
                "signal " + textOf(params.getId()) + " " + std::to_string(params.getNumber()));
  }
  kj::Promise<void> resize(ResizeContext context) override {
    const auto params = context.getParams();
    return done(context, "resize " + std::to_string(params.getRows()) + "x" +
                             std::to_string(params.getColumns()));
  }
  kj::Promise<void> follow(FollowContext context) override {
    allowCancellation(context);
    auto outcome = context.getResults().initOutcome();
    if (rejects(outcome)) return kj::READY_NOW;
    if (state_.onFollow) return state_.onFollow(context);
    fillCommand(outcome.initResult().initCommand(), false);
    return kj::READY_NOW;
  }

  kj::Promise<void> readFile(ReadFileContext context) override {
    const auto params = context.getParams();
    auto outcome = context.getResults().initOutcome();
    if (rejects(outcome) || lacks(params.getPath(), outcome)) return kj::READY_NOW;
    const std::string& content = state_.files[textOf(params.getPath())];
    const size_t length = params.getLength() == 0 ? std::string::npos : params.getLength();
    const std::string part = params.getOffset() >= content.size()
                                 ? std::string()
                                 : content.substr(params.getOffset(), length);
    outcome.setContent(asData(part));
    return kj::READY_NOW;
  }
  kj::Promise<void> writeFile(WriteFileContext context) override {
    const auto params = context.getParams();
    auto outcome = context.getResults().initOutcome();
    if (rejects(outcome)) return kj::READY_NOW;
    auto& content = state_.files[textOf(params.getPath())];
    content = (params.getAppend() ? content : std::string()) + textOf(params.getContent());
    state_.calls.push_back("write " + textOf(params.getPath()) + " " +
                           std::to_string(params.getMode()));
    fillFile(outcome.initFiles(1)[0], textOf(params.getPath()), content.size());
    return kj::READY_NOW;
  }
  kj::Promise<void> stat(StatContext context) override {
    const auto path = context.getParams().getPath();
    auto outcome = context.getResults().initOutcome();
    if (rejects(outcome) || lacks(path, outcome)) return kj::READY_NOW;
    fillFile(outcome.initFiles(1)[0], textOf(path), state_.files[textOf(path)].size());
    return kj::READY_NOW;
  }
  kj::Promise<void> list(ListContext context) override {
    const auto params = context.getParams();
    state_.calls.push_back("list " + textOf(params.getPath()) + " " +
                           std::to_string(params.getDepth()));
    auto outcome = context.getResults().initOutcome();
    if (rejects(outcome)) return kj::READY_NOW;
    auto files = outcome.initFiles(static_cast<unsigned>(state_.files.size()));
    unsigned i = 0;
    for (const auto& [path, content] : state_.files) fillFile(files[i++], path, content.size());
    return kj::READY_NOW;
  }
  kj::Promise<void> makeFolder(MakeFolderContext context) override {
    return doneWithFiles(context, "mkdir " + textOf(context.getParams().getPath()));
  }
  kj::Promise<void> move(MoveContext context) override {
    const auto params = context.getParams();
    return doneWithFiles(context,
                         "move " + textOf(params.getPath()) + " " + textOf(params.getTo()));
  }
  kj::Promise<void> remove(RemoveContext context) override {
    return doneWithFiles(context, "remove " + textOf(context.getParams().getPath()));
  }

 private:
  template <typename Outcome>
  bool rejects(Outcome outcome) {
    if (state_.rejectionCode.empty()) return false;
    reject(state_, outcome.initRejected());
    return true;
  }
  bool lacks(capnp::Text::Reader path, rpc::FileOutcome::Builder outcome) {
    if (state_.files.contains(textOf(path))) return false;
    auto rejection = outcome.initRejected();
    rejection.setKind(rpc::RejectionKind::NOT_FOUND);
    rejection.setCode("not_found");
    return true;
  }
  template <typename Context>
  kj::Promise<void> done(Context context, std::string call) {
    state_.calls.push_back(std::move(call));
    auto outcome = context.getResults().initOutcome();
    if (!rejects(outcome)) outcome.setDone();
    return kj::READY_NOW;
  }
  template <typename Context>
  kj::Promise<void> doneWithFiles(Context context, std::string call) {
    return done(context, std::move(call));
  }

  FakeSessionState& state_;
};

class FakeSessions final : public rpc::Sessions::Server {
 public:
  explicit FakeSessions(FakeSessionState& state) : state_(state) {}

  kj::Promise<void> open(OpenContext context) override {
    const auto spec = context.getParams().getSpec();
    state_.calls.push_back("open " + textOf(spec.getLanguage()));
    state_.openedTenant = textOf(spec.getTenant());
    state_.openedMost = spec.getTenantSessions();
    auto outcome = context.getResults().initOutcome();
    if (!state_.rejectionCode.empty()) {
      reject(state_, outcome.initRejected());
      return kj::READY_NOW;
    }
    give(outcome);
    return kj::READY_NOW;
  }
  kj::Promise<void> find(FindContext context) override {
    const auto params = context.getParams();
    auto outcome = context.getResults().initOutcome();
    if (params.getId() == "s1" && textOf(params.getTenant()) == state_.tenant) {
      give(outcome);
      return kj::READY_NOW;
    }
    auto rejection = outcome.initRejected();
    const bool isGone = params.getId() == "old";
    rejection.setKind(isGone ? rpc::RejectionKind::GONE : rpc::RejectionKind::NOT_FOUND);
    rejection.setCode(isGone ? "session_closed" : "session_not_found");
    return kj::READY_NOW;
  }
  kj::Promise<void> list(ListContext context) override {
    const auto params = context.getParams();
    std::string call =
        "list " + std::to_string(params.getLimit()) + " " + textOf(params.getAfter());
    for (auto label : params.getMetadata()) {
      call += " " + textOf(label.getName()) + "=" + textOf(label.getValue());
    }
    state_.calls.push_back(call);
    auto results = context.getResults();
    fillInfo(state_, results.initSessions(1)[0]);
    results.setNext("s1");
    return kj::READY_NOW;
  }

 private:
  void give(rpc::SessionOutcome::Builder outcome) {
    auto opened = outcome.initOpened();
    opened.setSession(kj::heap<FakeSession>(state_));
    fillInfo(state_, opened.initInfo());
  }

  FakeSessionState& state_;
};

}  // namespace

void fillCellResult(rpc::Cell::Reader cell, rpc::CellResult::Builder result) {
  FakeSupervisor::fillResult(result.initJob());
  result.getJob().setStdout(cell.getCode());
  result.getJob().setStderr(cell.getStdin());
  result.setExecutionCount(4);
  result.setContextId(cell.getContext().size() > 0 ? cell.getContext() : "python");
  result.setContextState(rpc::ContextState::IDLE);
  result.setCovers("context");
}

rpc::Sessions::Client newFakeSessions(FakeSessionState& state) {
  return kj::heap<FakeSessions>(state);
}

}  // namespace brood::gateway
