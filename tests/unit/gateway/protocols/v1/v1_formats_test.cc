#include "gateway/protocols/v1/v1_formats.h"

#include <capnp/message.h>
#include <gtest/gtest.h>

namespace brood::gateway {
namespace {

TEST(V1Events, AreServerSentEvents) {
  const V1Events events;
  EXPECT_EQ(events.contentType(), "text/event-stream");
  EXPECT_EQ(events.filler(), ":\n\n");
  EXPECT_EQ(events.started("7", "hot"), "event: start\ndata: {\"id\":\"7\",\"start\":\"hot\"}\n\n");
  EXPECT_EQ(events.output(rpc::OutputStream::STDOUT, OutputText("a\n")),
            "event: stdout\ndata: {\"data\":\"a\\n\"}\n\n");
  EXPECT_EQ(events.output(rpc::OutputStream::STDERR, OutputText("\xff")),
            "event: stderr\ndata: {\"data\":\"/w==\",\"encoding\":\"base64\"}\n\n");
  EXPECT_EQ(events.failed({500, "c", "m", {}, {}}),
            "event: error\n"
            "data: {\"error\":{\"code\":\"c\",\"message\":\"m\",\"field\":null}}\n\n");
}

TEST(V1Events, EndWithResultsFilesAndExit) {
  capnp::MallocMessageBuilder message;
  auto result = message.initRoot<rpc::JobResult>();
  result.setStdout(kj::StringPtr("not again").asBytes());
  result.initResults(1)[0].setMime("text/plain");
  result.initFiles(1)[0].setPath("f");
  std::string text;
  V1Events().appendEnd(text, nullptr, result);
  const size_t shown = text.find("event: result\n"), file = text.find("event: file\n"),
               end = text.find("event: exit\n");
  EXPECT_LT(shown, file);
  EXPECT_LT(file, end);
  EXPECT_NE(end, std::string::npos);
  EXPECT_EQ(text.find("not again"), std::string::npos);
}

}  // namespace
}  // namespace brood::gateway
