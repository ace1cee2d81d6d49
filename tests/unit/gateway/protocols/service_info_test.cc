#include "gateway/protocols/service_info.h"

#include "tests/unit/gateway/gateway_fixture.h"

namespace brood::gateway {
namespace {

using ServiceInfoTest = GatewayTest;
using nlohmann::json;

std::string get(const std::string& path) { return "GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n"; }

TEST_F(ServiceInfoTest, RuntimesListsLanguagesAndProfiles) {
  startGateway();
  const auto expected = json::parse(R"({"runtimes":[{"language":"python","version":"3.11.2",
    "aliases":["py"],"endings":["py"],"compiled":false,"contexts":false,"available":true,
    "profiles":[{"name":"default","ready":true,"preloaded":["json"],
    "missing":["pandas: not installed"],"warm_by":"fork",
    "jobs":{"hot":11,"warm":12,"cold":13}}]},
    {"language":"go","version":"","aliases":[],"endings":["go"],"compiled":true,"contexts":false,
    "available":false,"reason":"no such file","profiles":[]}],
    "refused_manifests":[{"file":"/etc/x.toml","line":3,"reason":"unknown key"}]})");
  EXPECT_EQ(ask(get("/v1/runtimes")).json(), expected);
}

TEST_F(ServiceInfoTest, HealthSaysWhatIsThere) {
  startGateway();
  const auto response = ask(get("/health"));
  EXPECT_EQ(response.status, 200u);
  const auto health = response.json();
  EXPECT_EQ(health["status"], "ok");
  EXPECT_EQ(health["isolation"]["level"], "namespaces");
  EXPECT_EQ(health["isolation"]["layers"], json({"user"}));
  EXPECT_EQ(health["isolation"]["missing"], json::array());
  EXPECT_EQ(health["gateway"], (json{{"layers", {"seccomp"}}, {"missing", {"landlock: too old"}}}));
  EXPECT_EQ(health["pools"][0]["idle"], 2);
  EXPECT_EQ(health["pools"][0]["target"], 8);
  EXPECT_EQ(health["cgroup"], "v1");
}

TEST_F(ServiceInfoTest, ReadyFollowsTheSupervisor) {
  startGateway();
  EXPECT_EQ(ask(get("/ready")).status, 200u);
  fake().ready = false;
  EXPECT_EQ(ask(get("/ready")).status, 503u);
  // Liveness is another question.
  EXPECT_EQ(ask(get("/health")).status, 200u);
  fake().ready = true;
  fake().draining = true;
  const auto draining = ask(get("/ready"));
  EXPECT_EQ(draining.status, 503u);
  EXPECT_EQ(draining.errorCode(), "unavailable");
}

TEST_F(ServiceInfoTest, ARetiringServiceIsAliveAndNotReady) {
  startGateway();
  info().retire();
  EXPECT_EQ(ask(get("/ready")).status, 503u);
  const auto health = ask(get("/health"));
  EXPECT_EQ(health.status, 200u);
  EXPECT_EQ(health.json()["ready"], false);
  EXPECT_EQ(health.json()["draining"], true);
}

TEST_F(ServiceInfoTest, RootNamesTheEndpoints) {
  startGateway();
  const auto root = ask(get("/")).json();
  EXPECT_EQ(root["name"], "brood");
  EXPECT_FALSE(root["endpoints"].empty());
}

TEST_F(ServiceInfoTest, MetricsAreTheSupervisorsAndTheGatewaysOwn) {
  startGateway();
  ask(get("/health"));
  ask(get("/nowhere"));
  ask("nonsense\r\n\r\n");
  const auto response = ask(get("/metrics"));
  EXPECT_EQ(response.status, 200u);
  EXPECT_EQ(response.headers.at("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  for (const char* line :
       {"brood_fake 1\n", "brood_supervisor_up 1\n", "brood_http_connections 1\n",
        "brood_http_requests_total{code=\"200\",route=\"/health\"} 1\n",
        "brood_http_requests_total{code=\"404\",route=\"none\"} 1\n",
        "brood_http_requests_total{code=\"400\",route=\"none\"} 1\n",
        "brood_http_request_duration_seconds_count{route=\"/health\"} 1\n"}) {
    EXPECT_NE(response.body.find(line), std::string::npos) << line << response.body;
  }
}

TEST_F(ServiceInfoTest, MetricsGoOnWithoutASupervisor) {
  startGateway();
  stopSupervisor();
  const auto response = ask(get("/metrics"));
  EXPECT_EQ(response.status, 200u);
  EXPECT_NE(response.body.find("brood_supervisor_up 0\n"), std::string::npos) << response.body;
  EXPECT_EQ(response.body.find("brood_fake"), std::string::npos);
}

}  // namespace
}  // namespace brood::gateway
