#include "gateway/protocols/v1/v1_execute.h"

#include "tests/unit/gateway/gateway_fixture.h"

namespace brood::gateway {
namespace {

using ExecuteTest = GatewayTest;
using nlohmann::json;

TEST_F(ExecuteTest, AnswersWithEveryFieldOfTheResult) {
  startGateway();
  const auto response = ask(executeRequest("print(1)"));
  EXPECT_EQ(response.status, 200u);
  EXPECT_EQ(response.headers.at("content-type"), "application/json");
  const auto expected = json::parse(R"json({
    "id":"job-1","status":"ok","exit_code":0,"signal":null,"stdout":"print(1)","stderr":"",
    "stdout_truncated":false,"stderr_truncated":false,"results":[],"files":[],
    "results_truncated":false,"files_skipped":[],"files_skipped_total":0,
    "usage":{"cpu_us":1,"wall_us":2,"peak_memory_bytes":3,"processes_peak":4,"processes_refused":0},
    "timing":{"start":"hot","warm_by":null,"queue_us":5,"acquire_us":6,"run_us":7,"total_us":8},
    "isolation":{"level":"namespaces","tier":"user","layers":["user"],
    "missing":["landlock: no kernel support"]},
    "language":"python","version":"3.11.2"})json");
  EXPECT_EQ(response.json(), expected);
}

TEST_F(ExecuteTest, ATracedJobHasThePointsOfBothProcesses) {
  startGateway();
  bool isAsked = false;
  fake().onRun = [&](FakeSupervisor::RunContext context) -> kj::Promise<void> {
    isAsked = context.getParams().getJob().getTrace();
    auto result = context.getResults().initOutcome().initResult();
    auto trace = result.initTrace();
    trace.setWorkerPid(42);
    auto points = trace.initPoints(1);
    points[0].setName("supervisor.done");
    points[0].setNanos(7);
    return kj::READY_NOW;
  };
  const auto trace =
      ask(postRequest("/v1/execute", R"({"language":"python","code":"x","trace":true})"))
          .json()["trace"];
  EXPECT_TRUE(isAsked);
  EXPECT_EQ(trace["worker_pid"], 42);
  std::vector<std::string> names;
  for (const auto& point : trace["points"]) names.push_back(point["at"]);
  EXPECT_EQ(names, (std::vector<std::string>{"supervisor.done", "gateway.arrived", "gateway.parsed",
                                             "gateway.decoded", "gateway.sent", "gateway.result",
                                             "gateway.encoded"}));
  EXPECT_EQ(trace["points"][0]["ns"], 7);
  EXPECT_LE(trace["points"][3]["ns"], trace["points"][6]["ns"]);
}

TEST_F(ExecuteTest, NamesEveryStatus) {
  startGateway();
  const std::vector<std::pair<rpc::JobStatus, std::string>> statuses = {
      {rpc::JobStatus::OK, "ok"},
      {rpc::JobStatus::ERROR, "error"},
      {rpc::JobStatus::TIMEOUT, "timeout"},
      {rpc::JobStatus::CPU_LIMIT, "cpu_limit"},
      {rpc::JobStatus::MEMORY_LIMIT, "memory_limit"},
      {rpc::JobStatus::PROCESS_LIMIT, "process_limit"},
      {rpc::JobStatus::OUTPUT_LIMIT, "output_limit"},
      {rpc::JobStatus::KILLED, "killed"},
      {rpc::JobStatus::SANDBOX_ERROR, "sandbox_error"},
      {rpc::JobStatus::COMPILE_ERROR, "compile_error"},
      {rpc::JobStatus::HOST_MEMORY, "host_memory"}};
  for (const auto& [status, name] : statuses) {
    fake().onRun = [&](FakeSupervisor::RunContext context) -> kj::Promise<void> {
      auto result = context.getResults().initOutcome().initResult();
      result.setStatus(status);
      result.setSignal("SIGKILL");
      result.setMessage("why");
      result.setStdoutTruncated(true);
      return kj::READY_NOW;
    };
    const auto answer = ask(executeRequest("x")).json();
    EXPECT_EQ(answer["status"], name);
    EXPECT_EQ(answer["signal"], "SIGKILL");
    EXPECT_EQ(answer["message"], "why");
    EXPECT_EQ(answer["exit_code"], nullptr);
    EXPECT_EQ(answer["stdout_truncated"], true);
  }
}

TEST_F(ExecuteTest, SaysWhichLimitWasHit) {
  startGateway();
  fake().onRun = [](FakeSupervisor::RunContext context) -> kj::Promise<void> {
    auto result = context.getResults().initOutcome().initResult();
    result.setStatus(rpc::JobStatus::MEMORY_LIMIT);
    auto hit = result.initLimitHit();
    hit.setName("memory_bytes");
    hit.setLimit(100);
    hit.setMeasured(99);
    result.setProcessesRefused(3);
    return kj::READY_NOW;
  };
  const auto answer = ask(executeRequest("x")).json();
  EXPECT_EQ(answer["limit"], (json{{"name", "memory_bytes"}, {"limit", 100}, {"measured", 99}}));
  EXPECT_EQ(answer["usage"]["processes_refused"], 3);
  EXPECT_FALSE(answer.contains("denied_syscall"));
}

TEST_F(ExecuteTest, NamesTheDeniedSystemCall) {
  startGateway();
  fake().onRun = [](FakeSupervisor::RunContext context) -> kj::Promise<void> {
    context.getResults().initOutcome().initResult().setDeniedCall("kexec_load");
    return kj::READY_NOW;
  };
  const auto answer = ask(executeRequest("x")).json();
  EXPECT_EQ(answer["denied_syscall"], "kexec_load");
  EXPECT_FALSE(answer.contains("limit"));
}

TEST_F(ExecuteTest, PassesTheJobOn) {
  startGateway();
  bool checked = false;
  fake().onRun = [&](FakeSupervisor::RunContext context) -> kj::Promise<void> {
    const auto job = context.getParams().getJob();
    EXPECT_EQ(kj::str(job.getLanguage()), "python"_kj);
    EXPECT_EQ(kj::str(job.getProfile()), "data"_kj);
    EXPECT_EQ(job.getArgs().size(), 2u);
    EXPECT_EQ(kj::str(job.getArgs()[1]), "b"_kj);
    EXPECT_EQ(kj::str(job.getEnv()[0].getName()), "K"_kj);
    EXPECT_EQ(kj::str(job.getEnv()[0].getValue()), "v"_kj);
    EXPECT_EQ(job.getLimits().getWallTimeMs(), 7u);
    EXPECT_EQ(job.getLimits().getOpenFiles(), 9u);
    EXPECT_EQ(job.getLimits().getMemoryBytes(), 0u);
    EXPECT_FALSE(context.getParams().hasSink());
    checked = true;
    return FakeSupervisor::echo(context);
  };
  const json body = {{"language", "python"},
                     {"code", "c"},
                     {"stdin", std::string("i\0n", 3)},
                     {"profile", "data"},
                     {"args", {"a", "b"}},
                     {"env", {{"K", "v"}}},
                     {"limits", {{"wall_time_ms", 7}, {"open_files", 9}}}};
  const auto answer = ask(postRequest("/v1/execute", body.dump())).json();
  EXPECT_TRUE(checked);
  EXPECT_EQ(answer["stdout"], "c");
  EXPECT_EQ(answer["stderr"], std::string("i\0n", 3));
}

TEST_F(ExecuteTest, EncodesOutputThatIsNotUtf8) {
  startGateway();
  fake().onRun = [](FakeSupervisor::RunContext context) -> kj::Promise<void> {
    auto result = context.getResults().initOutcome().initResult();
    result.setStdout(kj::StringPtr("a\xff"
                                   "b")
                         .asBytes());
    return kj::READY_NOW;
  };
  const auto answer = ask(executeRequest("x")).json();
  EXPECT_EQ(answer["stdout"], "Yf9i");
  EXPECT_EQ(answer["stdout_encoding"], "base64");
  EXPECT_EQ(answer["stderr"], "");
  EXPECT_FALSE(answer.contains("stderr_encoding"));
}

TEST_F(ExecuteTest, RefusesOtherMediaTypes) {
  startGateway();
  const auto response = ask(executeRequest("x", "Content-Type: text/plain\r\n"));
  EXPECT_EQ(response.status, 415u);
  EXPECT_EQ(response.errorCode(), "unsupported_media_type");
  EXPECT_EQ(ask(executeRequest("x", "Content-Type: Application/JSON; charset=utf-8\r\n")).status,
            200u);
}

TEST_F(ExecuteTest, NamesTheFieldOfABadRequestAndLivesOn) {
  startGateway();
  auto client = connect();
  client.send(postRequest("/v1/execute", R"({"language":"python","code":"","limits":{"x":1}})"));
  const auto response = client.receive();
  EXPECT_EQ(response.status, 400u);
  EXPECT_EQ(response.json()["error"]["field"], "limits.x");
  client.send(executeRequest("fine"));
  EXPECT_EQ(client.receive().status, 200u);
  EXPECT_EQ(fake().runsBegun, 1u);
}

struct RejectionCase {
  rpc::RejectionKind kind;
  uint64_t retryAfterMs;
  unsigned status;
  const char* retryAfter;
};

TEST_F(ExecuteTest, TranslatesRejections) {
  startGateway();
  for (const auto& c : {RejectionCase{rpc::RejectionKind::INVALID, 0, 400, nullptr},
                        RejectionCase{rpc::RejectionKind::OVERLOADED, 1500, 429, "2"},
                        RejectionCase{rpc::RejectionKind::OVERLOADED, 0, 429, "1"},
                        RejectionCase{rpc::RejectionKind::UNAVAILABLE, 3000, 503, "3"}}) {
    fake().onRun = [&](FakeSupervisor::RunContext context) -> kj::Promise<void> {
      auto rejected = context.getResults().initOutcome().initRejected();
      rejected.setKind(c.kind);
      rejected.setCode("some_code");
      rejected.setMessage("some message");
      rejected.setField("language");
      rejected.setRetryAfterMs(c.retryAfterMs);
      return kj::READY_NOW;
    };
    for (const char* accept : {"", "Accept: text/event-stream\r\n"}) {
      const auto response = ask(executeRequest("x", accept));
      EXPECT_EQ(response.status, c.status);
      EXPECT_EQ(response.errorCode(), "some_code");
      EXPECT_EQ(response.json()["error"]["field"], "language");
      EXPECT_EQ(response.headers.count("retry-after"), c.retryAfter == nullptr ? 0u : 1u);
      if (c.retryAfter != nullptr) {
        EXPECT_EQ(response.headers.at("retry-after"), c.retryAfter);
      }
    }
  }
}

TEST_F(ExecuteTest, KeepsTheTextOfExceptionsToItself) {
  startGateway();
  fake().onRun = [](FakeSupervisor::RunContext) -> kj::Promise<void> {
    return KJ_EXCEPTION(FAILED, "secret detail");
  };
  const auto response = ask(executeRequest("x"));
  EXPECT_EQ(response.status, 500u);
  EXPECT_EQ(response.errorCode(), "internal_error");
  EXPECT_EQ(response.body.find("secret"), std::string::npos);
}

}  // namespace
}  // namespace brood::gateway
