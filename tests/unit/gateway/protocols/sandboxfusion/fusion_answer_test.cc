#include "gateway/protocols/sandboxfusion/fusion_answer.h"

#include <capnp/message.h>
#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>

namespace brood::gateway::sandboxfusion {
namespace {

using nlohmann::json;

class FusionAnswerTest : public ::testing::Test {
 protected:
  json written() {
    std::string text;
    FusionAnswer().appendAnswer(text, nullptr, result_.asReader(), nullptr);
    return json::parse(text);
  }

  // Its destructor may throw, which that of a test must not.
  std::unique_ptr<capnp::MallocMessageBuilder> message_ =
      std::make_unique<capnp::MallocMessageBuilder>();
  rpc::JobResult::Builder result_ = message_->initRoot<rpc::JobResult>();
};

TEST_F(FusionAnswerTest, ASuccess) {
  result_.setHasExitCode(true);
  result_.setStdout(kj::StringPtr("1\n").asBytes());
  result_.setWallMicros(1'250'000);
  auto files = result_.initFiles(1);
  files[0].setPath("a\"b.txt");
  files[0].setContent(kj::StringPtr("hi").asBytes());
  EXPECT_EQ(written(), json::parse(R"json({"status":"Success","message":"","compile_result":null,
      "run_result":{"status":"Finished","return_code":0,"stdout":"1\n","stderr":"",
      "execution_time":1.25},"executor_pod_name":null,"files":{"a\"b.txt":"aGk="}})json"));
}

TEST_F(FusionAnswerTest, EveryEndOfAProgramIsOneOfTheirs) {
  result_.setStatus(rpc::JobStatus::ERROR);
  result_.setHasExitCode(true);
  result_.setExitCode(2);
  EXPECT_EQ(written()["status"], "Failed");
  EXPECT_EQ(written()["run_result"]["return_code"], 2);
  result_.setHasExitCode(false);
  result_.setStatus(rpc::JobStatus::KILLED);
  result_.setSignal("SIGSEGV");
  EXPECT_EQ(written()["run_result"]["return_code"], -11);
  result_.setStatus(rpc::JobStatus::MEMORY_LIMIT);
  result_.setSignal("");
  EXPECT_EQ(written()["run_result"]["return_code"], -9);
  for (const auto status : {rpc::JobStatus::TIMEOUT, rpc::JobStatus::CPU_LIMIT}) {
    result_.setStatus(status);
    EXPECT_EQ(written()["status"], "Failed");
    EXPECT_EQ(written()["run_result"]["status"], "TimeLimitExceeded");
    EXPECT_EQ(written()["run_result"]["return_code"], nullptr);
  }
}

TEST_F(FusionAnswerTest, ACompilersErrorHasNoRun) {
  result_.setStatus(rpc::JobStatus::COMPILE_ERROR);
  auto compile = result_.initCompile();
  compile.setStatus(rpc::JobStatus::ERROR);
  compile.setHasExitCode(true);
  compile.setExitCode(1);
  compile.setStderr(kj::StringPtr("error: x").asBytes());
  const auto answer = written();
  EXPECT_EQ(answer["status"], "Failed");
  EXPECT_EQ(answer["run_result"], nullptr);
  EXPECT_EQ(answer["compile_result"]["return_code"], 1);
  EXPECT_EQ(answer["compile_result"]["stderr"], "error: x");
}

TEST_F(FusionAnswerTest, OnlyAFaultOfOursIsASandboxError) {
  result_.setStatus(rpc::JobStatus::SANDBOX_ERROR);
  result_.setMessage("broken");
  EXPECT_EQ(written()["status"], "SandboxError");
  EXPECT_EQ(written()["message"], "broken");
}

TEST_F(FusionAnswerTest, RefusalsThatARepeatDoesNotMendAre422) {
  const auto wrong = FusionAnswer().refusal({400, "unknown_language", "none", "language", {}});
  EXPECT_EQ(wrong.status, 422u);
  EXPECT_EQ(json::parse(wrong.body)["detail"][0]["loc"], (json{"body", "language"}));
  const auto busy = FusionAnswer().refusal({429, "overloaded", "busy", {}, 1000});
  EXPECT_EQ(busy.status, 429u);
  EXPECT_EQ(json::parse(busy.body)["detail"], "busy");
}

}  // namespace
}  // namespace brood::gateway::sandboxfusion
