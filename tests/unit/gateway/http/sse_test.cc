#include "gateway/http/sse.h"

#include <gtest/gtest.h>

namespace brood::gateway {
namespace {

TEST(Sse, FormatsAnEvent) { EXPECT_EQ(sseEvent("start", "{}"), "event: start\ndata: {}\n\n"); }

TEST(Sse, IsChosenOnlyWhenAskedFor) {
  for (const char* accept :
       {"text/event-stream", "TEXT/Event-Stream", "application/json, text/event-stream",
        "text/event-stream;q=0.5", "a/b ,\ttext/event-stream ; x=y"}) {
    EXPECT_TRUE(acceptsEventStream(accept)) << accept;
  }
  for (const char* accept : {"", "*/*", "text/*", "application/json", "text/event-stream;q=0",
                             "text/event-stream; q=0.000", "text/event-streams", ",,"}) {
    EXPECT_FALSE(acceptsEventStream(accept)) << accept;
  }
}

TEST(MediaType, DropsParametersAndCase) {
  EXPECT_EQ(mediaType("Application/JSON; charset=utf-8"), "application/json");
  EXPECT_EQ(mediaType("  text/plain\t"), "text/plain");
  EXPECT_EQ(mediaType(" ; x"), "");
}

}  // namespace
}  // namespace brood::gateway
