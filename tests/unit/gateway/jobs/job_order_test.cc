#include "gateway/jobs/job_order.h"

#include <capnp/message.h>
#include <gtest/gtest.h>

namespace brood::gateway {
namespace {

JobOrder fullOrder() {
  JobOrder order;
  order.language = "python";
  order.profile = "data";
  order.code = "print(1)";
  order.stdinText = std::string("a\0b", 3);
  order.args = {"-x", ""};
  order.env = {{"A", "1"}, {"B", ""}};
  order.files = {{"a/b", "text", false}, {"c", std::string("\0\xff", 2), true}};
  order.collect = {"*.png"};
  order.rich = order.trace = order.mergeOutput = true;
  order.network = {NetworkOrder::Kind::narrowed, {"pypi"}};
  order.limits.wallTimeMs = 7;
  return order;
}

TEST(JobOrder, IsWrittenWithAllItsParts) {
  const JobOrder order = fullOrder();
  capnp::MallocMessageBuilder message;
  auto job = message.initRoot<rpc::Job>();
  writeOrder(order, job);
  const auto text = [](auto reader) {
    return std::string(reinterpret_cast<const char*>(reader.begin()), reader.size());
  };
  EXPECT_EQ(text(job.asReader().getLanguage()), order.language);
  EXPECT_EQ(text(job.asReader().getProfile()), order.profile);
  EXPECT_EQ(text(job.asReader().getCode()), order.code);
  EXPECT_EQ(text(job.asReader().getStdin()), order.stdinText);
  ASSERT_EQ(job.getArgs().size(), 2u);
  EXPECT_EQ(text(job.getArgs()[0].asReader()), "-x");
  ASSERT_EQ(job.getEnv().size(), 2u);
  EXPECT_EQ(text(job.getEnv()[0].asReader().getName()), "A");
  EXPECT_EQ(text(job.getEnv()[0].asReader().getValue()), "1");
  ASSERT_EQ(job.getFiles().size(), 2u);
  EXPECT_EQ(text(job.getFiles()[1].asReader().getContent()), order.files[1].content);
  EXPECT_TRUE(job.getFiles()[1].getExecutable());
  ASSERT_EQ(job.getCollect().size(), 1u);
  EXPECT_TRUE(job.getRich() && job.getTrace() && job.getMergeOutput());
  ASSERT_TRUE(job.getNetwork().isNarrowed());
  EXPECT_EQ(text(job.getNetwork().getNarrowed()[0].asReader()), "pypi");
  EXPECT_EQ(job.getLimits().getWallTimeMs(), 7u);
  EXPECT_EQ(job.getLimits().getCpuTimeMs(), 0u);
}

// One that says it is smaller than it becomes would cost everybody the connection.
TEST(JobOrder, KnowsNoLessThanTheSizeOfItsMessage) {
  JobOrder order = fullOrder();
  for (size_t count : {0u, 1u, 100u, 1'000u}) {
    order.args.resize(count, "x");
    order.env.resize(count, {"NAME", "v"});
    order.files.resize(count, {"path", "content", false});
    order.collect.resize(count, "*");
    order.network.allow.resize(count, "a");
    capnp::MallocMessageBuilder message;
    writeOrder(order, message.initRoot<rpc::Job>());
    EXPECT_LE(message.sizeInWords() * sizeof(capnp::word), messageBytes(order)) << count;
  }
}

}  // namespace
}  // namespace brood::gateway
