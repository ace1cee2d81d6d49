#include "gateway/sessions/session_front.h"

#include "tests/unit/gateway/sessions/sessions_fixture.h"
#include "tests/unit/recorder/recorder_fixture.h"

namespace brood::gateway {
namespace {

// With keys, and with the whole recorder but its process.
class SessionFrontTest : public SessionsTest {
 protected:
  SessionFrontTest() {
    config.access.keysFile = folder_ / "keys.json";
    addKey("run-key-0123456789", {true, false, false});
    addKey("ses-key-0123456789", {false, true, false});
    plan.kind = AccessPlan::Kind::keys;
    plan.hasKeyFile = true;
  }
  ~SessionFrontTest() noexcept override = default;

  void addKey(const std::string& key, const Scopes& scopes) {
    change([&](KeyFile& file) {
      file.keys.push_back({"k_" + key.substr(0, 3), "acme", sha256(key), scopes, 0, {}, {}, ""});
    });
  }
  void change(const std::function<void(KeyFile&)>& change) {
    EXPECT_EQ(changeKeyFile(config.access.keysFile,
                            [&](KeyFile& file) {
                              change(file);
                              return "";
                            }),
              "");
  }
  void startWithRecorder() {
    config.supervisor.runtimeDir = std::filesystem::path(host_.socketPath()).parent_path();
    config.audit.path = host_.auditPath();
    startGateway();
    state().tenant = "acme";
  }
  std::vector<nlohmann::json> audited() {
    frontDesk().whenKept().wait(scope());
    std::istringstream text(recorder::contentOf(host_.auditPath()));
    std::vector<nlohmann::json> lines;
    for (std::string line; std::getline(text, line);) lines.push_back(nlohmann::json::parse(line));
    return lines;
  }
  ClientResponse ask(std::string_view method, std::string_view path, std::string_view body = "{}") {
    return send(method, path, body,
                "Authorization: Bearer ses-key-0123456789\r\nContent-Type: application/json\r\n");
  }

  recorder::TemporaryFolder folder_;
  recorder::RecorderHost host_{io()};
};

TEST_F(SessionFrontTest, EveryRouteNeedsAKeyOfTheScopeSession) {
  startGateway();
  unsigned count = 0;
  for (const auto& route : router().routes()) {
    const auto space = route.find(' ');
    const std::string path = route.substr(space + 1);
    if (!path.starts_with("/v1/sessions")) continue;
    ++count;
    const std::string method = route.substr(0, space);
    EXPECT_EQ(send(method, path, "", "").status, 401u) << route;
    EXPECT_EQ(send(method, path, "", "X-API-Key: run-key-0123456789\r\n").status, 403u) << route;
  }
  EXPECT_GE(count, 25u);
}

TEST_F(SessionFrontTest, WhatIsDoneIsWrittenDown) {
  startWithRecorder();
  EXPECT_EQ(ask("POST", "/v1/sessions").status, 201u);
  EXPECT_EQ(state().openedTenant, "acme");
  EXPECT_EQ(ask("POST", "/v1/sessions/s1/execute", R"({"code":"x"})").status, 200u);
  EXPECT_EQ(ask("POST", "/v1/sessions/s1/commands", R"({"argv":["x"]})").status, 200u);
  EXPECT_EQ(ask("POST", "/v1/sessions/s1/commands", R"({"argv":["x"],"background":true})").status,
            201u);
  EXPECT_EQ(ask("PUT", "/v1/sessions/s1/files/a", "b").status, 200u);
  EXPECT_EQ(ask("DELETE", "/v1/sessions/s1").status, 204u);
  std::vector<std::string> told;
  for (const auto& line : audited()) {
    EXPECT_EQ(line["session"], "s1");
    EXPECT_EQ(line["tenant"], "acme");
    told.push_back(line["kind"].get<std::string>() + " " + line["verdict"].get<std::string>());
  }
  EXPECT_EQ(told, (std::vector<std::string>{"session opened", "cell ok", "command ok",
                                            "command started", "file written", "session closed"}));
}

}  // namespace
}  // namespace brood::gateway
