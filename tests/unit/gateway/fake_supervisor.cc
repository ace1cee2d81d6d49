#include "tests/unit/gateway/fake_supervisor.h"

#include <unistd.h>

#include "rpc/calls/cancellation.h"

namespace brood::gateway {

kj::Promise<void> FakeSupervisor::echo(RunContext context) {
  const auto job = context.getParams().getJob();
  auto result = context.getResults().initOutcome().initResult();
  fillResult(result);
  result.setStdout(job.getCode());
  result.setStderr(job.getStdin());
  return kj::READY_NOW;
}

void FakeSupervisor::fillResult(rpc::JobResult::Builder result) {
  result.setId("job-1");
  result.setHasExitCode(true);
  result.setLanguage("python");
  result.setVersion("3.11.2");
  result.setCpuMicros(1);
  result.setWallMicros(2);
  result.setPeakMemoryBytes(3);
  result.setProcessesPeak(4);
  result.setQueueMicros(5);
  result.setAcquireMicros(6);
  result.setRunMicros(7);
  result.setTotalMicros(8);
  auto isolation = result.initIsolation();
  isolation.setLevel("namespaces");
  isolation.setTier("user");
  isolation.initLayers(1).set(0, "user");
  isolation.initMissing(1).set(0, "landlock: no kernel support");
}

kj::Promise<void> FakeSupervisor::run(RunContext context) {
  allowCancellation(context);
  ++runsBegun;
  if (begun_.get() != nullptr) begun_->fulfill();
  bool* finished = new bool(false);
  auto noticeCancel = kj::defer([this, finished] {
    if (!*finished && cancelled_.get() != nullptr) cancelled_->fulfill();
    delete finished;
  });
  return onRun(context)
      .then([finished] { *finished = true; },
            [finished](kj::Exception&& exception) {
              *finished = exception.getType() != kj::Exception::Type::DISCONNECTED;
              kj::throwFatalException(kj::mv(exception));
            })
      .attach(kj::mv(noticeCancel));
}

kj::Promise<void> FakeSupervisor::runtimes(RuntimesContext context) {
  auto results = context.getResults();
  auto runtimes = results.initRuntimes(2);
  runtimes[1].setLanguage("go");
  runtimes[1].initEndings(1).set(0, "go");
  runtimes[1].setCompiled(true);
  runtimes[1].setWhyUnavailable("no such file");
  auto refusal = results.initRefused(1)[0];
  refusal.setFile("/etc/x.toml");
  refusal.setLine(3);
  refusal.setReason("unknown key");
  auto runtime = runtimes[0];
  runtime.initEndings(1).set(0, "py");
  runtime.setLanguage("python");
  runtime.setVersion("3.11.2");
  runtime.initAliases(1).set(0, "py");
  auto profile = runtime.initProfiles(1)[0];
  profile.setName("default");
  profile.setReady(true);
  profile.initPreloaded(1).set(0, "json");
  profile.initMissing(1).set(0, "pandas: not installed");
  profile.setWarmBy("fork");
  profile.setJobsHot(11);
  profile.setJobsWarm(12);
  profile.setJobsCold(13);
  return kj::READY_NOW;
}

kj::Promise<void> FakeSupervisor::metrics(MetricsContext context) {
  context.getResults().setText("brood_fake 1\n");
  return kj::READY_NOW;
}

kj::Promise<void> FakeSupervisor::sessions(SessionsContext context) {
  context.getResults().setSessions(newFakeSessions(sessionState));
  return kj::READY_NOW;
}

kj::Promise<void> FakeSupervisor::status(StatusContext context) {
  auto status = context.getResults().initStatus();
  status.setVersion("0.1.0");
  status.setReady(ready);
  status.setDraining(draining);
  status.setCgroup("v1");
  auto isolation = status.initIsolation();
  isolation.setLevel("namespaces");
  isolation.setTier("user");
  isolation.initLayers(1).set(0, "user");
  auto profile = status.initRuntimes(1)[0].initProfiles(1)[0];
  profile.setName("default");
  profile.setIdle(2);
  profile.setTarget(8);
  return kj::READY_NOW;
}

kj::Promise<void> FakeSupervisor::whenRunBegins() {
  auto pair = kj::newPromiseAndFulfiller<void>();
  begun_ = kj::mv(pair.fulfiller);
  return kj::mv(pair.promise);
}

kj::Promise<void> FakeSupervisor::whenRunCancelled() {
  auto pair = kj::newPromiseAndFulfiller<void>();
  cancelled_ = kj::mv(pair.fulfiller);
  return kj::mv(pair.promise);
}

FakeSupervisorHost::FakeSupervisorHost(kj::Network& network, kj::WaitScope& scope,
                                       const std::string& path)
    : FakeSupervisorHost(network, scope, path, kj::heap<FakeSupervisor>()) {}

FakeSupervisorHost::FakeSupervisorHost(kj::Network& network, kj::WaitScope& scope,
                                       const std::string& path, kj::Own<FakeSupervisor> fake)
    : path_(path),
      fake_(*fake),
      receiver_(network.parseAddress(kj::str("unix:", path.c_str())).wait(scope)->listen()),
      server_(kj::mv(fake)),
      tasks_(*this) {
  tasks_.add(server_.listen(*receiver_));
}

FakeSupervisorHost::~FakeSupervisorHost() noexcept(false) { unlink(path_.c_str()); }

void FakeSupervisorHost::taskFailed(kj::Exception&&) {}

}  // namespace brood::gateway
