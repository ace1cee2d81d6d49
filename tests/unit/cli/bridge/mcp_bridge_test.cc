#include "cli/bridge/mcp_bridge.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>
#include <vector>

namespace brood::cli {
namespace {

// A gateway that gives one answer to one request after the other, each on its own connection.
class FakeGateway {
 public:
  explicit FakeGateway(std::vector<std::string> answers) : answers_(std::move(answers)) {
    fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    EXPECT_EQ(::bind(fd_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(::listen(fd_, 8), 0);
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
    url = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/mcp";
    thread_ = std::thread([this] { serve(); });
  }
  ~FakeGateway() {
    if (thread_.joinable()) thread_.join();
    ::close(fd_);
  }

  std::string url;
  std::vector<std::string> requests;

 private:
  void serve() {
    for (const auto& answer : answers_) {
      const int client = ::accept(fd_, nullptr, nullptr);
      std::string request;
      char bytes[4096];
      // Every body of these tests ends with the only "}" at an end of what has come.
      while (!request.ends_with('}')) {
        const ssize_t count = ::read(client, bytes, sizeof(bytes));
        if (count <= 0) break;
        request.append(bytes, static_cast<size_t>(count));
      }
      requests.push_back(request);
      EXPECT_EQ(::write(client, answer.data(), answer.size()), ssize_t(answer.size()));
      ::close(client);
    }
  }

  int fd_ = -1;
  const std::vector<std::string> answers_;
  std::thread thread_;
};

std::string answer(const char* status, const char* type, const std::string& body) {
  return std::string("HTTP/1.1 ") + status + "\r\nContent-Type: " + type +
         "\r\nContent-Length: " + std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" +
         body;
}

// The lines that the bridge says to a client that sends this and no more.
std::string bridged(const BridgeOptions& options, std::string_view input) {
  int in[2], out[2];
  EXPECT_EQ(::pipe(in), 0);
  EXPECT_EQ(::pipe(out), 0);
  EXPECT_EQ(::write(in[1], input.data(), input.size()), ssize_t(input.size()));
  ::close(in[1]);
  McpBridge(options, in[0], out[1]).run();
  ::close(out[1]);
  ::close(in[0]);
  std::string said;
  char bytes[4096];
  for (ssize_t count; (count = ::read(out[0], bytes, sizeof(bytes))) > 0;) {
    said.append(bytes, static_cast<size_t>(count));
  }
  ::close(out[0]);
  return said;
}

constexpr char kPing[] = R"({"jsonrpc":"2.0","id":1,"method":"ping"})";

TEST(McpBridge, PassesRequestAndAnswer) {
  FakeGateway gateway({answer("200 OK", "application/json", "{\"jsonrpc\":\"2.0\",\n\"id\":1}")});
  const auto said = bridged({gateway.url, "k1"}, std::string(kPing) + "\n");
  EXPECT_EQ(said, "{\"jsonrpc\":\"2.0\", \"id\":1}\n");
  EXPECT_NE(gateway.requests.at(0).find("Authorization: Bearer k1\r\n"), std::string::npos);
  EXPECT_TRUE(gateway.requests.at(0).ends_with(kPing));
}

TEST(McpBridge, UnpacksAStream) {
  FakeGateway gateway(
      {answer("200 OK", "text/event-stream",
              "event: message\ndata: {\"method\":1}\n\n: keepalive\n\nevent: message\n"
              "data: {\"id\":1}\n\n")});
  EXPECT_EQ(bridged({gateway.url, ""}, kPing), "{\"method\":1}\n{\"id\":1}\n");
}

TEST(McpBridge, SaysWhatTheGatewayRefuses) {
  FakeGateway gateway({answer("401 Unauthorized", "application/json", R"({"error":{}})")});
  const auto said = bridged({gateway.url, ""}, kPing);
  EXPECT_NE(said.find("\"id\":1"), std::string::npos) << said;
  EXPECT_NE(said.find("-32603"), std::string::npos);
  EXPECT_NE(said.find("401"), std::string::npos);
}

TEST(McpBridge, SaysThatThereIsNoGateway) {
  const auto said = bridged({"http://127.0.0.1:1/mcp", ""}, kPing);
  EXPECT_NE(said.find("cannot be reached"), std::string::npos) << said;
  EXPECT_EQ(bridged({"http://127.0.0.1:1/mcp", ""}, R"({"jsonrpc":"2.0","method":"x"})"), "");
}

TEST(McpBridge, ANotificationIsPassedAndNotAnswered) {
  FakeGateway gateway({"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"});
  EXPECT_EQ(bridged({gateway.url, ""}, R"({"jsonrpc":"2.0","method":"notifications/initialized"})"),
            "");
}

}  // namespace
}  // namespace brood::cli
