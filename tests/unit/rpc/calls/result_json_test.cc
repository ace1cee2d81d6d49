#include "rpc/calls/result_json.h"

#include <capnp/message.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace brood {
namespace {

using nlohmann::json;

template <typename Write>
json written(Write write) {
  std::string text;
  JsonWriter writer(text);
  write(writer);
  return json::parse(text);
}

TEST(ResultJson, LeavesOutWhatHasBeenDeliveredAlready) {
  capnp::MallocMessageBuilder message;
  auto result = message.initRoot<rpc::JobResult>();
  result.setStdout(kj::StringPtr("out").asBytes());
  const auto whole = written([&](JsonWriter& json) { writeResult(json, result, true); });
  EXPECT_EQ(whole["stdout"], "out");
  EXPECT_TRUE(whole["files"].is_array());
  const auto rest = written([&](JsonWriter& json) { writeResult(json, result, false); });
  for (const char* name : {"stdout", "stderr", "results", "files"}) {
    EXPECT_FALSE(rest.contains(name)) << name;
  }
  EXPECT_EQ(rest["stdout_truncated"], false);
  EXPECT_TRUE(rest["timing"]["warm_by"].is_null());
}

TEST(ResultJson, CountsWhatAJobHasMade) {
  capnp::MallocMessageBuilder message;
  auto result = message.initRoot<rpc::JobResult>();
  EXPECT_EQ(payloadBytes(result), 0u);
  result.setStdout(kj::StringPtr("12").asBytes());
  auto file = result.initFiles(1)[0];
  file.setPath("345");
  file.setContent(kj::StringPtr("6789").asBytes());
  result.initCompile().setStderr(kj::StringPtr("x").asBytes());
  EXPECT_EQ(payloadBytes(result), 10u);
}

TEST(ResultJson, HasAProfilesPoolOnlyWhereItIsWanted) {
  capnp::MallocMessageBuilder message;
  auto profile = message.initRoot<rpc::ProfileInfo>();
  profile.setWarmBy("fork");
  profile.setIdle(3);
  const auto offer = written([&](JsonWriter& json) { writeProfile(json, profile, false); });
  EXPECT_EQ(offer["warm_by"], "fork");
  EXPECT_FALSE(offer.contains("idle"));
  const auto all = written([&](JsonWriter& json) { writeProfile(json, profile, true); });
  EXPECT_EQ(all["idle"], 3);
  EXPECT_EQ(all["jobs"], (json{{"hot", 0}, {"warm", 0}, {"cold", 0}}));
}

}  // namespace
}  // namespace brood
