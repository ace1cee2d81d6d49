#include "gateway/front_desk.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "gateway/access/key_store.h"
#include "tests/unit/gateway/gateway_fixture.h"
#include "tests/unit/recorder/recorder_fixture.h"

namespace brood::gateway {
namespace {

// Requests over real sockets, with keys, and with the whole recorder but its process.
class FrontDeskTest : public GatewayTest {
 protected:
  FrontDeskTest() {
    config.access.keysFile = folder_ / "keys.json";
    addKey("run-key-0123456789", "acme", {true, false, false});
    addKey("all-key-0123456789", "root", {true, true, true});
    plan.kind = AccessPlan::Kind::keys;
    plan.hasKeyFile = true;
  }
  ~FrontDeskTest() noexcept override = default;

  void addKey(const std::string& key, const std::string& tenant, const Scopes& scopes) {
    changeKeys([&](KeyFile& file) {
      file.keys.push_back({"k_" + key.substr(0, 3), tenant, sha256(key), scopes, 0, {}, {}, ""});
    });
  }
  void changeKeys(const std::function<void(KeyFile&)>& change) {
    const std::string problem = changeKeyFile(config.access.keysFile, [&](KeyFile& file) {
      change(file);
      return "";
    });
    ASSERT_EQ(problem, "");
  }
  void limit(const TenantLimits& limits) {
    changeKeys([&](KeyFile& file) { file.tenants["acme"] = limits; });
  }
  // As brood.json's runtime directory would be.
  void startWithRecorder() {
    config.supervisor.runtimeDir = std::filesystem::path(host_.socketPath()).parent_path();
    config.audit.path = host_.auditPath();
    startGateway();
  }
  static std::string bearer(const std::string& key) {
    return "Authorization: Bearer " + key + "\r\n";
  }
  ClientResponse run(const std::string& headers) { return ask(executeRequest("x", headers)); }
  ClientResponse get(const std::string& path, const std::string& headers = "") {
    return ask("GET " + path + " HTTP/1.1\r\nHost: test\r\n" + headers + "\r\n");
  }
  std::vector<nlohmann::json> audited() {
    frontDesk().whenKept().wait(scope());
    std::istringstream text(recorder::contentOf(host_.auditPath()));
    std::vector<nlohmann::json> lines;
    for (std::string line; std::getline(text, line);) lines.push_back(nlohmann::json::parse(line));
    return lines;
  }

  recorder::TemporaryFolder folder_;
  recorder::RecorderHost host_{io()};
};

TEST_F(FrontDeskTest, AJobNeedsAKey) {
  startGateway();
  const auto refused = run("");
  EXPECT_EQ(refused.status, 401u);
  EXPECT_EQ(refused.errorCode(), "missing_key");
  EXPECT_EQ(refused.headers.at("www-authenticate"), "Bearer realm=\"brood\"");
  EXPECT_EQ(run(bearer("wrong-key-0123456789")).errorCode(), "invalid_key");
  EXPECT_EQ(fake().runsBegun, 0u);
  const auto taken = run(bearer("run-key-0123456789"));
  EXPECT_EQ(taken.status, 200u);
  EXPECT_TRUE(taken.headers.contains("x-request-id"));
  EXPECT_EQ(run("X-API-Key: run-key-0123456789\r\n").status, 200u);
}

TEST_F(FrontDeskTest, WhatIsRefusedIsNotRead) {
  startGateway();
  auto client = connect();
  client.send(
      "POST /v1/execute HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\n"
      "Content-Length: 1000000\r\n\r\n{");
  const auto response = client.receive();
  EXPECT_EQ(response.status, 401u);
  EXPECT_EQ(response.headers.at("connection"), "close");
}

TEST_F(FrontDeskTest, AConnectionOutlivesARefusalOfAWholeRequest) {
  startGateway();
  auto client = connect();
  client.send(executeRequest("x", bearer("wrong-key-0123456789")));
  EXPECT_EQ(client.receive().status, 401u);
  client.send(executeRequest("x", bearer("run-key-0123456789")));
  EXPECT_EQ(client.receive().status, 200u);
}

TEST_F(FrontDeskTest, EachRouteAsksForWhatItNeeds) {
  startGateway();
  for (const char* path : {"/health", "/ready", "/", "/openapi.json"}) {
    EXPECT_EQ(get(path).status, 200u) << path;
  }
  EXPECT_EQ(get("/nothing").status, 404u);
  EXPECT_EQ(get("/v1/runtimes").status, 401u);
  EXPECT_EQ(get("/v1/runtimes", bearer("run-key-0123456789")).status, 200u);
  EXPECT_EQ(get("/metrics").status, 401u);
  EXPECT_EQ(get("/metrics", bearer("run-key-0123456789")).status, 403u);
  const auto metrics = get("/metrics", bearer("all-key-0123456789"));
  EXPECT_EQ(metrics.status, 200u);
  EXPECT_NE(metrics.body.find("brood_access_refusals_total{code=\"missing_key\"}"),
            std::string::npos);
  EXPECT_EQ(metrics.body.find("acme"), std::string::npos);
  EXPECT_EQ(get("/health").json()["access"], "keys");
}

TEST_F(FrontDeskTest, APageMayAskWhetherItMaySendAKey) {
  settings.allowedOrigins = {"https://app.example"};
  startGateway();
  const auto response =
      ask("OPTIONS /v1/execute HTTP/1.1\r\nHost: test\r\n"
          "Origin: https://app.example\r\n"
          "Access-Control-Request-Method: POST\r\n\r\n");
  EXPECT_EQ(response.status, 204u);
  EXPECT_NE(response.headers.at("access-control-allow-headers").find("Authorization"),
            std::string::npos);
}

TEST_F(FrontDeskTest, ASupervisorIsToldTheTenantAndItsLimits) {
  limit({.jobsAtOnce = 3, .maxima = {{"memory_bytes", 32u << 20}, {"cpu_time_ms", 5000}}});
  startGateway();
  fake().onRun = [](FakeSupervisor::RunContext context) {
    const auto job = context.getParams().getJob();
    EXPECT_EQ(std::string(job.getTenant().cStr()), "acme");
    EXPECT_EQ(job.getTenantJobs(), 3u);
    EXPECT_EQ(job.getLimits().getMemoryBytes(), 32u << 20);
    EXPECT_EQ(job.getLimits().getCpuTimeMs(), 5000u);
    EXPECT_EQ(job.getLimits().getProcesses(), 0u);
    return FakeSupervisor::echo(context);
  };
  const auto response = run(bearer("run-key-0123456789"));
  EXPECT_EQ(response.status, 200u);
  EXPECT_EQ(response.headers.at("ratelimit-policy"),
            "\"jobs_at_once\";q=3;qu=\"concurrent-requests\"");
  EXPECT_EQ(response.headers.at("ratelimit"), "\"jobs_at_once\";r=2");
}

TEST_F(FrontDeskTest, ATenantsMaximaAndProfilesHold) {
  limit({.maxima = {{"memory_bytes", 32u << 20}}, .profiles = {{"small"}}});
  startGateway();
  const auto execute = [&](const std::string& more) {
    return ask(postRequest("/v1/execute", "{\"language\":\"python\",\"code\":\"x\"," + more + "}",
                           bearer("run-key-0123456789")));
  };
  EXPECT_EQ(execute("\"profile\":\"large\"").errorCode(), "profile_not_allowed");
  EXPECT_EQ(execute("\"profile\":\"small\"").status, 200u);
  const auto refused = execute("\"profile\":\"small\",\"limits\":{\"memory_bytes\":67108864}");
  EXPECT_EQ(refused.status, 400u);
  EXPECT_EQ(refused.json()["error"]["field"], "limits.memory_bytes");
}

TEST_F(FrontDeskTest, AQuotaIsExactForClientsAtTheSameTime) {
  limit({.jobsAtOnce = 5, .jobsQueued = 3});
  startGateway();
  std::vector<kj::Own<kj::PromiseFulfiller<void>>> running;
  fake().onRun = [&](FakeSupervisor::RunContext context) {
    auto pair = kj::newPromiseAndFulfiller<void>();
    running.push_back(kj::mv(pair.fulfiller));
    return pair.promise.then([context]() mutable { return FakeSupervisor::echo(context); });
  };
  std::vector<HttpClient> clients;
  for (int i = 0; i < 64; ++i) {
    clients.push_back(connect());
    auto begun = fake().whenRunBegins();
    clients.back().send(executeRequest("x", bearer("run-key-0123456789")));
    if (i < 8) begun.wait(scope());
  }
  // Those that are refused are answered at once; none of the others is.
  unsigned refused = 0;
  for (size_t i = 8; i < 64; ++i) {
    const auto response = clients[i].receive();
    EXPECT_EQ(response.status, 429u);
    EXPECT_EQ(response.errorCode(), "quota_exceeded");
    EXPECT_EQ(response.json()["error"]["field"], "jobs_queued");
    EXPECT_EQ(response.headers.at("retry-after"), "1");
    ++refused;
  }
  EXPECT_EQ(refused, 56u);
  EXPECT_EQ(running.size(), 8u);
  for (auto& each : running) each->fulfill();
  for (size_t i = 0; i < 8; ++i) EXPECT_EQ(clients[i].receive().status, 200u);
  fake().onRun = [](FakeSupervisor::RunContext context) { return FakeSupervisor::echo(context); };
  EXPECT_EQ(run(bearer("all-key-0123456789")).headers.count("ratelimit"), 0u);
}

TEST_F(FrontDeskTest, UsageIsOnesOwnUnlessOneMaySeeAll) {
  limit({.jobsPerMinute = 10});
  startGateway();
  run(bearer("run-key-0123456789"));
  const auto own = get("/v1/usage", bearer("run-key-0123456789")).json();
  EXPECT_EQ(own["tenant"], "acme");
  EXPECT_EQ(own["today"]["jobs"], 1);
  EXPECT_EQ(own["quotas"][0]["name"], "jobs_per_minute");
  EXPECT_EQ(own["quotas"][0]["remaining"], 9);
  EXPECT_EQ(get("/v1/usage?tenant=root", bearer("run-key-0123456789")).status, 403u);
  EXPECT_EQ(get("/v1/usage?tenant=acme", bearer("all-key-0123456789")).json()["today"]["jobs"], 1);
  EXPECT_EQ(get("/v1/usage?tenant=nobody", bearer("all-key-0123456789")).status, 404u);
  EXPECT_EQ(get("/v1/usage").status, 401u);
}

TEST_F(FrontDeskTest, WhatIsDecidedIsWrittenDown) {
  startWithRecorder();
  run("X-Request-Id: mine-1\r\n" + bearer("run-key-0123456789"));
  run("X-Request-Id: a b\r\n" + bearer("wrong-key-0123456789"));
  const auto lines = audited();
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0]["kind"], "job");
  EXPECT_EQ(lines[0]["verdict"], "ok");
  EXPECT_EQ(lines[0]["tenant"], "acme");
  EXPECT_EQ(lines[0]["key"], "k_run");
  EXPECT_EQ(lines[0]["request"], "mine-1");
  EXPECT_EQ(lines[0]["code_sha256"], hexText(sha256("x")));
  EXPECT_TRUE(std::string(lines[0]["peer"]).starts_with("127.0.0.1:"));
  EXPECT_EQ(lines[1]["kind"], "refusal");
  EXPECT_EQ(lines[1]["verdict"], "invalid_key");
  const std::string text = recorder::contentOf(host_.auditPath());
  for (const char* secret : {"run-key-0123456789", "wrong-key-0123456789"}) {
    EXPECT_EQ(text.find(secret), std::string::npos);
  }
}

TEST_F(FrontDeskTest, NoJobIsTakenThatCannotBeWrittenDown) {
  using recorder::AuditLog;
  startWithRecorder();
  EXPECT_EQ(run(bearer("run-key-0123456789")).status, 200u);
  audited();
  host_.audit() =
      AuditLog({"/dev/full", recorder::AuditSync::never, recorder::AuditOnFailure::refuse});
  unsigned status = 200;
  while (status == 200) status = run(bearer("run-key-0123456789")).status;
  EXPECT_EQ(status, 503u);
  EXPECT_EQ(run(bearer("run-key-0123456789")).errorCode(), "audit_unavailable");
}

TEST_F(FrontDeskTest, AClientThatLeavesIsWrittenDownAndCharged) {
  startWithRecorder();
  fake().onRun = [](FakeSupervisor::RunContext) -> kj::Promise<void> { return kj::NEVER_DONE; };
  {
    auto client = connect();
    client.send(executeRequest("x", bearer("run-key-0123456789")));
    fake().whenRunBegins().wait(scope());
  }
  fake().whenRunCancelled().wait(scope());
  const auto lines = audited();
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0]["verdict"], "abandoned");
  const auto usage = get("/v1/usage", bearer("run-key-0123456789")).json();
  EXPECT_EQ(usage["today"]["jobs"], 1);
  EXPECT_EQ(usage["jobs_in_flight"], 0);
}

TEST_F(FrontDeskTest, AKeyThatIsRevokedOpensNothing) {
  startWithRecorder();
  std::filesystem::copy(config.access.keysFile, host_.keysPath());
  EXPECT_EQ(run(bearer("run-key-0123456789")).status, 200u);
  changeKeys([](KeyFile& file) { file.keys[0].revoked = 1; });
  std::filesystem::remove(host_.keysPath());
  std::filesystem::copy(config.access.keysFile, host_.keysPath());
  host_.keys().look();
  unsigned status = 200;
  while (status == 200) status = run(bearer("run-key-0123456789")).status;
  EXPECT_EQ(run(bearer("run-key-0123456789")).errorCode(), "key_revoked");
  const auto lines = audited();
  EXPECT_TRUE(std::any_of(lines.begin(), lines.end(), [](const nlohmann::json& line) {
    return line["kind"] == "key" && line["verdict"] == "revoked" && line["key"] == "k_run" &&
           line["tenant"] == "acme";
  }));
  EXPECT_EQ(run(bearer("all-key-0123456789")).status, 200u);
}

TEST_F(FrontDeskTest, WithoutKeysNobodyIsAskedAndNothingIsCounted) {
  plan = {};
  startGateway();
  const auto response = run("");
  EXPECT_EQ(response.status, 200u);
  EXPECT_FALSE(response.headers.contains("x-request-id"));
  EXPECT_EQ(get("/v1/usage").status, 404u);
  EXPECT_EQ(get("/health").json()["access"], "open");
}

}  // namespace
}  // namespace brood::gateway
