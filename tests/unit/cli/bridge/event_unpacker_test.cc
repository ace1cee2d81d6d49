#include "cli/bridge/event_unpacker.h"

#include <gtest/gtest.h>

#include <vector>

namespace brood::cli {
namespace {

using Events = std::vector<std::string>;

// In pieces of that size.
Events unpacked(std::string_view text, size_t size) {
  Events events;
  EventUnpacker unpacker([&events](std::string data) { events.push_back(std::move(data)); });
  for (size_t at = 0; at < text.size(); at += size) unpacker.feed(text.substr(at, size));
  return events;
}

TEST(EventUnpacker, TakesDataHoweverItComes) {
  constexpr std::string_view kStream =
      ": keepalive\n\nevent: message\ndata: {\"a\":1}\n\ndata:b\r\ndata: c\r\n\r\nid: 4\n\ndata: "
      "lost";
  for (size_t size = 1; size <= kStream.size(); ++size) {
    EXPECT_EQ(unpacked(kStream, size), (Events{"{\"a\":1}", "b\nc"})) << size;
  }
}

}  // namespace
}  // namespace brood::cli
