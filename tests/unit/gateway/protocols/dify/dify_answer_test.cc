#include "gateway/protocols/dify/dify_answer.h"

#include <capnp/message.h>
#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>

namespace brood::gateway::dify {
namespace {

using nlohmann::json;

class DifyAnswerTest : public ::testing::Test {
 protected:
  json written() {
    std::string text;
    DifyAnswer().appendAnswer(text, nullptr, result_.asReader(), nullptr);
    return json::parse(text);
  }
  void setErrors(const std::string& text) {
    result_.setStderr(kj::arrayPtr(reinterpret_cast<const kj::byte*>(text.data()), text.size()));
  }

  // Its destructor may throw, which that of a test must not.
  std::unique_ptr<capnp::MallocMessageBuilder> message_ =
      std::make_unique<capnp::MallocMessageBuilder>();
  rpc::JobResult::Builder result_ = message_->initRoot<rpc::JobResult>();
};

TEST_F(DifyAnswerTest, ASuccessHasNoError) {
  result_.setStatus(rpc::JobStatus::OK);
  result_.setHasExitCode(true);
  result_.setStdout(kj::StringPtr("<<RESULT>>{}<<RESULT>>").asBytes());
  setErrors("a warning");
  EXPECT_EQ(written(), json::parse(R"({"code":0,"message":"success","data":{
      "stdout":"<<RESULT>>{}<<RESULT>>","stderr":"a warning","error":"","exit_code":0}})"));
}

TEST_F(DifyAnswerTest, AFailureSaysItsCodeAndErrors) {
  result_.setStatus(rpc::JobStatus::ERROR);
  result_.setHasExitCode(true);
  result_.setExitCode(3);
  setErrors("ValueError: x");
  EXPECT_EQ(written()["data"]["error"], "process exited with code 3\nValueError: x");
  setErrors(std::string(100'000, 'e'));
  EXPECT_EQ(written()["data"]["error"].get<std::string>().size(), 3'000u);
  EXPECT_EQ(written()["data"]["stderr"].get<std::string>().size(), 100'000u);
}

TEST_F(DifyAnswerTest, ATimeLimitSaysSo) {
  result_.setStatus(rpc::JobStatus::TIMEOUT);
  result_.setMessage("10 s");
  EXPECT_EQ(written()["data"]["error"], "timeout: 10 s");
  EXPECT_EQ(written()["data"]["exit_code"], -1);
  result_.setStatus(rpc::JobStatus::MEMORY_LIMIT);
  EXPECT_EQ(written()["data"]["error"], "memory_limit: 10 s");
}

TEST_F(DifyAnswerTest, RefusalsAreInUpstreamsForm) {
  const auto wrong = DifyAnswer().refusal({400, "invalid_request", "no code", "code", {}});
  EXPECT_EQ(wrong.status, 200u);
  EXPECT_EQ(json::parse(wrong.body)["code"], -400);
  EXPECT_EQ(DifyAnswer().refusal({400, "x", "no such language", "language", {}}).status, 400u);
  for (const unsigned status : {429u, 503u}) {
    const auto busy = DifyAnswer().refusal({status, "overloaded", "busy", {}, 1000});
    EXPECT_EQ(busy.status, 503u);
    EXPECT_EQ(json::parse(busy.body)["code"], -503);
    EXPECT_EQ(json::parse(busy.body)["message"], "Too many requests");
  }
}

}  // namespace
}  // namespace brood::gateway::dify
