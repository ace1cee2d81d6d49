// Clients make the gateway keep memory, and are charged for it. Every wait is for an event.

#include <sys/socket.h>

#include <vector>

#include "tests/unit/gateway/gateway_fixture.h"

namespace brood::gateway {
namespace {

using BuffersTest = GatewayTest;

std::string bodyHead(size_t bytes) {
  return "POST /v1/execute HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
         "Content-Length: " +
         std::to_string(bytes) + "\r\n\r\n";
}

kj::Promise<void> printNuls(FakeSupervisor::RunContext context, unsigned count) {
  auto result = context.getResults().initOutcome().initResult();
  FakeSupervisor::fillResult(result);
  result.initStdout(count);
  return kj::READY_NOW;
}

TEST_F(BuffersTest, UnfinishedBodiesFillOneBoundAndHurtNobodySmall) {
  settings.maxBufferedBytes = 8 << 20;
  startGateway();
  std::vector<HttpClient> holders;
  const std::string part(3 << 20, ' ');
  for (int i = 0; i < 2; ++i) {
    holders.push_back(connect());
    holders.back().send(bodyHead(4 << 20) + part);
  }
  const uint64_t before = budget().usedBytes();
  auto more = connect();
  auto sent = more.stream().write(part.data(), part.size()).eagerlyEvaluate([](kj::Exception&&) {});
  more.close();
  auto third = connect();
  third.send(bodyHead(4 << 20));
  auto sending =
      third.stream().write(part.data(), part.size()).eagerlyEvaluate([](kj::Exception&&) {});
  const auto refused = third.receive();
  EXPECT_EQ(refused.status, 503u);
  EXPECT_EQ(refused.errorCode(), "buffers_full");
  EXPECT_EQ(refused.headers.at("retry-after"), "1");
  EXPECT_LE(before, uint64_t{8} << 20);

  EXPECT_EQ(ask(executeRequest("small")).json()["stdout"], "small");
  for (auto& holder : holders) holder.close();
  third.close();
  server().whenIdle().wait(scope());
  EXPECT_EQ(budget().usedBytes(), 0u);
  const std::string code(4 << 20, 'x');
  auto client = connect();
  const std::string request = executeRequest(code);
  auto writing = client.stream().write(request.data(), request.size()).eagerlyEvaluate(nullptr);
  EXPECT_TRUE(client.receive().json()["stdout"] == code);
}

TEST_F(BuffersTest, ABodyIsChargedUntilItsJobIsAnswered) {
  startGateway();
  auto release = kj::newPromiseAndFulfiller<void>();
  fake().onRun = [&](FakeSupervisor::RunContext context) {
    return release.promise.then([context]() mutable {
      FakeSupervisor::fillResult(context.getResults().initOutcome().initResult());
    });
  };
  auto client = connect();
  auto begun = fake().whenRunBegins();
  const std::string request = executeRequest(std::string(1 << 20, 'x'));
  auto sent = client.stream().write(request.data(), request.size()).eagerlyEvaluate(nullptr);
  begun.wait(scope());
  EXPECT_GT(budget().usedBytes(), uint64_t{1 << 20} - BufferShare::kFreeBytes);
  release.fulfiller->fulfill();
  EXPECT_EQ(client.receive().status, 200u);
  EXPECT_EQ(budget().usedBytes(), 0u);
}

TEST_F(BuffersTest, LargeOutputIsWrittenInPiecesAndIsWhole) {
  startGateway();
  fake().onRun = [](FakeSupervisor::RunContext context) { return printNuls(context, 3 << 20); };
  const auto response = ask(executeRequest("x"));
  EXPECT_EQ(response.status, 200u);
  EXPECT_EQ(response.headers.at("transfer-encoding"), "chunked");
  EXPECT_EQ(response.headers.at("content-type"), "application/json");
  const auto json = response.json();
  EXPECT_TRUE(json["stdout"] == std::string(3 << 20, '\0'));
  EXPECT_EQ(json["language"], "python");
}

// JSON makes six bytes of each NUL: what is held is what was printed, and a piece.
TEST_F(BuffersTest, SlowReadersOfLargeOutputsFillOneBound) {
  constexpr unsigned kOutput = 16 << 20;
  settings.maxBufferedBytes = 2 * kOutput + (1 << 20);
  startGateway();
  fake().onRun = [](FakeSupervisor::RunContext context) { return printNuls(context, kOutput); };
  std::vector<HttpClient> readers;
  for (int i = 0; i < 2; ++i) {
    readers.push_back(connect());
    readers.back().send(executeRequest("x"));
    EXPECT_EQ(readers.back().receiveHead().status, 200u);
  }
  EXPECT_GT(budget().usedBytes(), uint64_t{2} * (kOutput - BufferShare::kFreeBytes));
  EXPECT_LE(budget().usedBytes(), settings.maxBufferedBytes);
  const auto refused = ask(executeRequest("x"));
  EXPECT_EQ(refused.status, 503u);
  EXPECT_EQ(refused.errorCode(), "buffers_full");

  fake().onRun = FakeSupervisor::echo;
  EXPECT_EQ(ask(executeRequest("others go on")).json()["stdout"], "others go on");
  size_t taken = 0;
  for (auto chunk = readers[0].receiveChunk(); !chunk.empty(); chunk = readers[0].receiveChunk()) {
    taken += chunk.size();
  }
  EXPECT_GT(taken, size_t{6} * kOutput);
  for (auto& reader : readers) reader.close();
  server().whenIdle().wait(scope());
  EXPECT_EQ(budget().usedBytes(), 0u);
}

TEST_F(BuffersTest, FilesOfAStreamComeInPieces) {
  startGateway();
  const std::string content(1 << 20, '\x01');
  fake().onRun = [&](FakeSupervisor::RunContext context) -> kj::Promise<void> {
    auto result = context.getResults().initOutcome().initResult();
    FakeSupervisor::fillResult(result);
    auto file = result.initFiles(1)[0];
    file.setPath("a");
    file.setContent({reinterpret_cast<const kj::byte*>(content.data()), content.size()});
    return kj::READY_NOW;
  };
  const auto response = ask(executeRequest("x", "Accept: text/event-stream\r\n"));
  const std::string start = "event: file\ndata: ";
  ASSERT_TRUE(response.body.starts_with(start));
  const size_t end = response.body.find("\n\n");
  const auto file = nlohmann::json::parse(response.body.substr(start.size(), end - start.size()));
  EXPECT_TRUE(file["content"] == content);
  EXPECT_EQ(file["encoding"], "utf8");
  EXPECT_TRUE(response.body.substr(end + 2).starts_with("event: exit\ndata: {"));
  EXPECT_TRUE(response.body.ends_with("}\n\n"));
  EXPECT_EQ(budget().usedBytes(), 0u);
}

TEST_F(BuffersTest, RefusesAJobTooLargeForAMessage) {
  bounds.emplace(config);
  bounds->maxMessageBytes = 1 << 20;
  startGateway();
  fake().onRun = FakeSupervisor::echo;
  const auto refused = ask(executeRequest(std::string(1 << 20, 'x')));
  EXPECT_EQ(refused.status, 413u);
  EXPECT_EQ(refused.errorCode(), "job_too_large");
  EXPECT_EQ(fake().runsBegun, 0u);
  EXPECT_EQ(ask(executeRequest(std::string(1 << 19, 'x'))).status, 200u);
}

TEST_F(BuffersTest, MillionsOfPatternsAreRefusedWhileTheyAreRead) {
  startGateway();
  std::string body = R"({"language":"python","code":"1","collect":[)";
  for (int i = 0; i < 1'000'000; ++i) body += "\"\",";
  auto client = connect();
  const std::string request = postRequest("/v1/execute", body + "\"\"]}");
  auto sent = client.stream().write(request.data(), request.size()).eagerlyEvaluate(nullptr);
  const auto refused = client.receive();
  EXPECT_EQ(refused.status, 400u);
  EXPECT_EQ(refused.errorCode(), "too_many");
  EXPECT_EQ(refused.json()["error"]["field"], "collect");
}

}  // namespace
}  // namespace brood::gateway
