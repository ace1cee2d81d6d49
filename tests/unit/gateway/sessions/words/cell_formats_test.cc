#include "gateway/sessions/words/cell_formats.h"

#include <capnp/message.h>
#include <gtest/gtest.h>

#include "base/text.h"

namespace brood::gateway {
namespace {

TEST(CellFormatsTest, EachEventHasTheNextNumber) {
  NumberedEvents events;
  EXPECT_EQ(events.started("c", "hot"),
            "id: 1\nevent: start\ndata: {\"id\":\"c\",\"start\":\"hot\"}\n\n");
  EXPECT_EQ(events.output(rpc::OutputStream::STDOUT, OutputText("x")),
            "id: 2\nevent: stdout\ndata: {\"data\":\"x\"}\n\n");
  EXPECT_EQ(events.filler(), ":\n\n");
  EXPECT_TRUE(
      events.failed({500, "internal_error", "m", {}, {}}).starts_with("id: 3\nevent: error\n"));
}

TEST(CellFormatsTest, TheEndHasResultsAndThenTheExit) {
  capnp::MallocMessageBuilder message;
  auto job = message.initRoot<rpc::JobResult>();
  auto shown = job.initResults(1)[0];
  shown.setMime("text/plain");
  NumberedEvents events;
  events.setExit([](JsonWriter& json) { json.beginObject().field("a", "b").endObject(); });
  std::string text;
  events.appendEnd(text, nullptr, job.asReader());
  EXPECT_TRUE(text.starts_with("id: 1\nevent: result\n")) << text;
  EXPECT_TRUE(text.ends_with("id: 2\nevent: exit\ndata: {\"a\":\"b\"}\n\n")) << text;
}

}  // namespace
}  // namespace brood::gateway
