#pragma once
// The gateway with a supervisor whose sessions are fakes: one session, "s1".

#include <string>
#include <string_view>
#include <vector>

#include "tests/unit/gateway/gateway_fixture.h"

namespace brood::gateway {

struct ReceivedEvent {
  std::string id;
  std::string name;
  nlohmann::json data;
};

class SessionsTest : public GatewayTest {
 protected:
  FakeSessionState& state() { return fake().sessionState; }
  const std::string& lastCall() { return state().calls.back(); }

  ClientResponse send(std::string_view method, std::string_view path, std::string_view body = "",
                      std::string_view headers = "Content-Type: application/json\r\n");
  ClientResponse post(std::string_view path, std::string_view body = "") {
    return send("POST", path, body);
  }
  ClientResponse get(std::string_view path, std::string_view headers = "") {
    return send("GET", path, "", headers);
  }
  // The events of a request that asks for them.
  std::vector<ReceivedEvent> events(std::string_view method, std::string_view path,
                                    std::string_view body = "");
  static std::vector<ReceivedEvent> parse(std::string_view text);
};

kj::Promise<void> sendOutput(rpc::OutputSink::Client sink, rpc::OutputStream stream,
                             std::string_view text);

}  // namespace brood::gateway
