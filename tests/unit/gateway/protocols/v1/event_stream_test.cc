#include <kj/debug.h>

#include <memory>

#include "tests/unit/gateway/gateway_fixture.h"

namespace brood::gateway {
namespace {

using EventStreamTest = GatewayTest;
using nlohmann::json;

constexpr const char* kAccept = "Accept: text/event-stream\r\n";

struct Event {
  std::string name;
  json data;
};

std::vector<Event> parseEvents(std::string_view body) {
  std::vector<Event> events;
  while (!body.empty()) {
    const auto end = body.find("\n\n");
    const auto lineEnd = body.find('\n');
    EXPECT_EQ(body.substr(0, 7), "event: ");
    EXPECT_EQ(body.substr(lineEnd + 1, 6), "data: ");
    const auto data = body.substr(lineEnd + 7, end - lineEnd - 7);
    events.push_back({std::string(body.substr(7, lineEnd - 7)), json::parse(data)});
    body.remove_prefix(end + 2);
  }
  return events;
}

kj::Promise<void> sendOutput(rpc::OutputSink::Client sink, rpc::OutputStream stream,
                             std::string_view text) {
  auto output = sink.outputRequest();
  output.setStream(stream);
  output.setData({reinterpret_cast<const kj::byte*>(text.data()), text.size()});
  return output.send();
}

kj::Promise<void> finish(FakeSupervisor::RunContext context) {
  FakeSupervisor::fillResult(context.getResults().initOutcome().initResult());
  return kj::READY_NOW;
}

TEST_F(EventStreamTest, DeliversStartOutputAndExit) {
  startGateway();
  fake().onRun = [](FakeSupervisor::RunContext context) -> kj::Promise<void> {
    auto sink = context.getParams().getSink();
    auto started = sink.startedRequest();
    started.setId("job-1");
    started.setStart(rpc::StartKind::WARM);
    return started.send()
        .then([sink]() mutable { return sendOutput(sink, rpc::OutputStream::STDOUT, "a\nb"); })
        .then([sink]() mutable { return sendOutput(sink, rpc::OutputStream::STDERR, "c\xff"); })
        .then([context]() mutable { return finish(context); });
  };
  auto client = connect();
  client.send(executeRequest("x", kAccept));
  const auto response = client.receive();
  EXPECT_EQ(response.headers.at("content-type"), "text/event-stream");
  EXPECT_EQ(response.headers.at("cache-control"), "no-store");
  const auto events = parseEvents(response.body);
  ASSERT_EQ(events.size(), 4u);
  EXPECT_EQ(events[0].name, "start");
  EXPECT_EQ(events[0].data, json::parse(R"({"id":"job-1","start":"warm"})"));
  EXPECT_EQ(events[1].name, "stdout");
  EXPECT_EQ(events[1].data["data"], "a\nb");
  EXPECT_EQ(events[2].name, "stderr");
  EXPECT_EQ(events[2].data, (nlohmann::json{{"data", "Y/8="}, {"encoding", "base64"}}));
  EXPECT_EQ(events[3].name, "exit");
  EXPECT_EQ(events[3].data["status"], "ok");
  EXPECT_EQ(events[3].data["usage"]["cpu_us"], 1);
  EXPECT_FALSE(events[3].data.contains("stdout"));
  // The connection goes on.
  client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(client.receive().status, 200u);
}

TEST_F(EventStreamTest, DeliversResultsAmongTheOutput) {
  startGateway();
  fake().onRun = [](FakeSupervisor::RunContext context) -> kj::Promise<void> {
    auto sink = context.getParams().getSink();
    return sendOutput(sink, rpc::OutputStream::STDOUT, "a")
        .then([sink]() mutable {
          auto request = sink.resultRequest();
          auto result = request.initResult();
          result.setMime("text/plain");
          result.setData(kj::StringPtr("1").asBytes());
          result.setObject(7);
          return request.send();
        })
        .then([sink]() mutable { return sendOutput(sink, rpc::OutputStream::STDOUT, "b"); })
        .then([context]() mutable {
          // One that was not sent on its way comes at the end.
          auto result = context.getResults().initOutcome().initResult();
          FakeSupervisor::fillResult(result);
          result.initResults(1)[0].setMime("text/html");
          return kj::Promise<void>(kj::READY_NOW);
        });
  };
  const auto events = parseEvents(ask(executeRequest("x", kAccept)).body);
  std::vector<std::string> names;
  for (const auto& event : events) names.push_back(event.name);
  ASSERT_EQ(names, (std::vector<std::string>{"stdout", "result", "stdout", "result", "exit"}));
  EXPECT_EQ(events[1].data["object"], 7);
  EXPECT_EQ(events[3].data["mime"], "text/html");
}

TEST_F(EventStreamTest, JoinsCharactersThatWereCut) {
  startGateway();
  const std::string text = "\xe2\x82\xac\xf0\x9f\x98\x80 \xe2\x82";
  fake().onRun = [&](FakeSupervisor::RunContext context) -> kj::Promise<void> {
    auto sink = context.getParams().getSink();
    kj::Promise<void> sent = kj::READY_NOW;
    for (const char& byte : text) {
      sent = sent.then([sink, &byte]() mutable {
        return sendOutput(sink, rpc::OutputStream::STDOUT, {&byte, 1});
      });
    }
    return sent.then([context]() mutable { return finish(context); });
  };
  std::string joined;
  nlohmann::json last;
  for (const auto& event : parseEvents(ask(executeRequest("x", kAccept)).body)) {
    if (event.name != "stdout") continue;
    if (!event.data.contains("encoding")) joined += event.data["data"].get<std::string>();
    last = event.data;
  }
  EXPECT_EQ(joined, "\xe2\x82\xac\xf0\x9f\x98\x80 ");
  EXPECT_EQ(last, (nlohmann::json{{"data", "4oI="}, {"encoding", "base64"}}));
}

TEST_F(EventStreamTest, DeliversAllOutputBeforeExitThoughTheResultOvertakesIt) {
  startGateway();
  constexpr size_t kBlocks = 200;
  const std::string block(60'000, 'o');
  auto pending = std::make_shared<kj::Vector<kj::Promise<void>>>();
  fake().onRun = [&, pending](FakeSupervisor::RunContext context) -> kj::Promise<void> {
    auto sink = context.getParams().getSink();
    // Nobody waits for the sink: the result is sent behind calls that the gateway still queues.
    for (size_t i = 0; i < kBlocks; ++i) {
      pending->add(sendOutput(sink, rpc::OutputStream::STDOUT, block).eagerlyEvaluate(nullptr));
    }
    return finish(context);
  };
  const auto events = parseEvents(ask(executeRequest("x", kAccept)).body);
  ASSERT_EQ(events.size(), kBlocks + 1);
  EXPECT_EQ(events.back().name, "exit");
}

// A client that reads nothing: the job's output stops at what the buffers hold, and in the end the
// connection and the job with it.
TEST_F(EventStreamTest, SlowReaderHoldsTheJobBack) {
  settings.writeTimeoutMs = 100;
  startGateway();
  constexpr size_t kEndless = size_t{1} << 30;
  const std::string block(64 * 1024, 'o');
  size_t accepted = 0;
  std::function<kj::Promise<void>(rpc::OutputSink::Client)> pump =
      [&](rpc::OutputSink::Client sink) -> kj::Promise<void> {
    if (accepted >= kEndless) return kj::READY_NOW;
    return sendOutput(sink, rpc::OutputStream::STDOUT, block).then([&, sink]() mutable {
      accepted += block.size();
      return pump(sink);
    });
  };
  fake().onRun = [&](FakeSupervisor::RunContext context) -> kj::Promise<void> {
    return pump(context.getParams().getSink()).then([]() -> kj::Promise<void> {
      return kj::NEVER_DONE;
    });
  };
  auto client = connect();
  auto cancelled = fake().whenRunCancelled();
  client.send(executeRequest("x", kAccept));
  cancelled.wait(scope());
  EXPECT_LT(accepted, kEndless);
  EXPECT_GT(accepted, 0u);
}

TEST_F(EventStreamTest, EndsWithTheConnectionUnderHttp10) {
  startGateway();
  const std::string body = R"({"language":"python","code":"x"})";
  auto client = connect();
  client.send(
      "POST /v1/execute HTTP/1.0\r\nConnection: keep-alive\r\nAccept: text/event-stream\r\n"
      "Content-Type: application/json\r\nContent-Length: " +
      std::to_string(body.size()) + "\r\n\r\n" + body);
  const auto response = client.receive();
  EXPECT_EQ(response.headers.at("connection"), "close");
  EXPECT_EQ(response.headers.count("transfer-encoding"), 0u);
  const auto events = parseEvents(response.body);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].name, "exit");
}

TEST_F(EventStreamTest, ErrorsBeforeTheStartArePlainJson) {
  startGateway();
  const auto response = ask(postRequest("/v1/execute", "{}", kAccept));
  EXPECT_EQ(response.status, 400u);
  EXPECT_EQ(response.headers.at("content-type"), "application/json");
  EXPECT_EQ(response.errorCode(), "missing_field");
}

}  // namespace
}  // namespace brood::gateway
