// Another protocol than our own: a body is a program, an answer is its output in brackets.
#include "gateway/jobs/job_caller.h"

#include "rpc/calls/result_json.h"
#include "tests/unit/gateway/gateway_fixture.h"

namespace brood::gateway {
namespace {

class Brackets final : public AnswerFormat {
 public:
  HttpResponse refusal(const ApiError& error) const override {
    HttpResponse response;
    response.status = 418;
    response.body = "[" + error.code + "]";
    return response;
  }
  void appendAnswer(std::string& text, JsonGaps* gaps, rpc::JobResult::Reader result,
                    const MaybeTrace&) const override {
    JsonWriter json(text, gaps);
    json.beginArray().string(asView(result.getStdout())).endArray();
  }
};

class Lines final : public EventFormat {
 public:
  HttpResponse refusal(const ApiError& error) const override { return Brackets().refusal(error); }
  std::string contentType() const override { return "text/plain"; }
  std::string filler() const override { return "\n"; }
  std::string started(std::string_view id, std::string_view) const override {
    return "started " + std::string(id) + "\n";
  }
  std::string output(rpc::OutputStream, const OutputText& output) const override {
    return "output " + std::string(output.text()) + "\n";
  }
  std::string result(rpc::RichResult::Reader) const override { return "result\n"; }
  void appendEnd(std::string& text, JsonGaps*, rpc::JobResult::Reader) const override {
    text += "end\n";
  }
  std::string failed(const ApiError& error) const override { return "failed " + error.code + "\n"; }
};

class JobCallerTest : public GatewayTest {
 protected:
  JobCallerTest() {
    addRoutes = [this](Router& router, SupervisorLink& link) {
      caller_.emplace(link, bounds ? *bounds : RequestBounds(config));
      router.add("POST", "/whole", [this](HttpRequest& request, ResponseWriter& writer) {
        return caller_->answer(orderOf(request), request.body.size(), nullptr, brackets_, writer);
      });
      router.add("POST", "/stream", [this](HttpRequest& request, ResponseWriter& writer) {
        return caller_->stream(orderOf(request), request.body.size(), lines_, writer);
      });
    };
  }

 private:
  static JobOrder orderOf(const HttpRequest& request) {
    JobOrder order;
    order.language = "python";
    order.code = request.body;
    return order;
  }

  const Brackets brackets_;
  const Lines lines_;
  std::optional<JobCaller> caller_;
};

TEST_F(JobCallerTest, AnswersInTheWordsOfAnotherProtocol) {
  startGateway();
  EXPECT_EQ(ask(postRequest("/whole", "hello")).body, "[\"hello\"]");
  // A long one goes out in pieces.
  const std::string large(1 << 20, 'x');
  EXPECT_TRUE(ask(postRequest("/whole", large)).body == "[\"" + large + "\"]");
}

TEST_F(JobCallerTest, RefusesInTheWordsOfAnotherProtocol) {
  fake().onRun = [](FakeSupervisor::RunContext context) -> kj::Promise<void> {
    auto rejected = context.getResults().initOutcome().initRejected();
    rejected.setCode("some_code");
    return kj::READY_NOW;
  };
  bounds = RequestBounds(config);
  bounds->maxMessageBytes = 4096;
  startGateway();
  for (const char* path : {"/whole", "/stream"}) {
    const auto rejected = ask(postRequest(path, "x"));
    EXPECT_EQ(rejected.status, 418u);
    EXPECT_EQ(rejected.body, "[some_code]");
    EXPECT_EQ(ask(postRequest(path, std::string(8192, 'x'))).body, "[job_too_large]");
  }
  EXPECT_EQ(fake().runsBegun, 2u);
}

TEST_F(JobCallerTest, StreamsInTheWordsOfAnotherProtocol) {
  fake().onRun = [](FakeSupervisor::RunContext context) -> kj::Promise<void> {
    auto sink = context.getParams().getSink();
    auto started = sink.startedRequest();
    started.setId("7");
    auto output = sink.outputRequest();
    output.setData(kj::StringPtr("a").asBytes());
    return started.send()
        .then([output = kj::mv(output)]() mutable { return output.send(); })
        .then([context]() mutable {
          FakeSupervisor::fillResult(context.getResults().initOutcome().initResult());
        });
  };
  startGateway();
  auto client = connect();
  client.send(postRequest("/stream", "x"));
  EXPECT_EQ(client.receiveHead().headers.at("content-type"), "text/plain");
  std::string all;
  for (std::string chunk = client.receiveChunk(); !chunk.empty(); chunk = client.receiveChunk()) {
    all += chunk;
  }
  EXPECT_EQ(all, "started 7\noutput a\nend\n");
}

}  // namespace
}  // namespace brood::gateway
