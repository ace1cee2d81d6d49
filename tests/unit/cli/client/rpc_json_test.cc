#include "cli/client/rpc_json.h"

#include <capnp/message.h>
#include <gtest/gtest.h>

namespace brood::cli {
namespace {

TEST(RpcJson, OfAResultHasTheNamesOfTheApi) {
  capnp::MallocMessageBuilder message;
  auto result = message.initRoot<rpc::JobResult>();
  result.setId("7");
  result.setHasExitCode(true);
  const char output[] = "a\xff";
  result.setStdout(capnp::Data::Reader(reinterpret_cast<const kj::byte*>(output), 2));
  result.setCpuMicros(5);
  result.setLanguage("python");
  EXPECT_EQ(Json::parse(jsonText(resultJson(result))).dump(),
            "{\"id\":\"7\",\"status\":\"ok\",\"exit_code\":0,\"signal\":null,"
            "\"stdout\":\"Yf8=\",\"stdout_encoding\":\"base64\",\"stderr\":\"\",\"stdout_"
            "truncated\":false,"
            "\"stderr_truncated\":false,\"results\":[],\"results_truncated\":false,"
            "\"files\":[],\"files_skipped\":[],\"files_skipped_total\":0,\"usage\":{\"cpu_us\":5,"
            "\"wall_us\":0,\"peak_memory_bytes\":0,\"processes_peak\":0,"
            "\"processes_refused\":0},\"timing\":{\"start\":\"hot\",\"warm_by\":null,"
            "\"queue_us\":0,\"acquire_us\":0,\"run_us\":0,\"total_us\":0},\"isolation\":"
            "{\"level\":\"\",\"tier\":\"\",\"layers\":[],\"missing\":[]},\"language\":\"python\","
            "\"version\":\"\"}");
}

TEST(RpcJson, OfAResultHasNoExitCodeWhereThereWasNone) {
  capnp::MallocMessageBuilder message;
  auto result = message.initRoot<rpc::JobResult>();
  result.setStatus(rpc::JobStatus::MEMORY_LIMIT);
  result.setSignal("SIGKILL");
  result.setMessage("too much");
  auto json = resultJson(result);
  EXPECT_TRUE(json["exit_code"].is_null());
  EXPECT_EQ(json["signal"], "SIGKILL");
  EXPECT_EQ(json["status"], "memory_limit");
  EXPECT_EQ(json["message"], "too much");
  EXPECT_FALSE(json.contains("limit"));
  EXPECT_FALSE(json.contains("denied_syscall"));
  result.setDeniedCall("kexec_load");
  EXPECT_EQ(resultJson(result)["denied_syscall"], "kexec_load");
}

TEST(RpcJson, OfAResultNamesTheLimitThatWasHit) {
  capnp::MallocMessageBuilder message;
  auto result = message.initRoot<rpc::JobResult>();
  auto hit = result.initLimitHit();
  hit.setName("wall_time_ms");
  hit.setLimit(300);
  hit.setMeasured(301);
  EXPECT_EQ(resultJson(result)["limit"].dump(),
            "{\"name\":\"wall_time_ms\",\"limit\":300,\"measured\":301}");
}

TEST(RpcJson, OfARejectionNamesTheField) {
  capnp::MallocMessageBuilder message;
  auto rejection = message.initRoot<rpc::Rejection>();
  rejection.setCode("invalid_limit");
  rejection.setMessage("too long");
  EXPECT_FALSE(rejectionJson(rejection)["error"].contains("field"));
  rejection.setField("limits.wall_time_ms");
  EXPECT_EQ(rejectionJson(rejection)["error"]["field"], "limits.wall_time_ms");
}

TEST(RpcJson, NamesEveryStatusAndStart) {
  for (auto status :
       {rpc::JobStatus::OK, rpc::JobStatus::ERROR, rpc::JobStatus::TIMEOUT,
        rpc::JobStatus::CPU_LIMIT, rpc::JobStatus::MEMORY_LIMIT, rpc::JobStatus::PROCESS_LIMIT,
        rpc::JobStatus::OUTPUT_LIMIT, rpc::JobStatus::KILLED, rpc::JobStatus::SANDBOX_ERROR}) {
    EXPECT_STRNE(statusName(status), "unknown");
  }
  EXPECT_STREQ(statusName(static_cast<rpc::JobStatus>(99)), "unknown");
  EXPECT_STREQ(startName(rpc::StartKind::COLD), "cold");
}

TEST(RpcJson, OfTheStatusHoldsTheProfiles) {
  capnp::MallocMessageBuilder message;
  auto status = message.initRoot<rpc::Status>();
  status.setSlotsReady(4);
  auto profile = status.initRuntimes(1)[0].initProfiles(1)[0];
  profile.setName("default");
  profile.setIdle(3);
  auto json = statusJson(status);
  EXPECT_EQ(json["slots"]["ready"], 4);
  EXPECT_EQ(json["runtimes"][0]["profiles"][0]["name"], "default");
  EXPECT_EQ(json["runtimes"][0]["profiles"][0]["idle"], 3);
}

}  // namespace
}  // namespace brood::cli
