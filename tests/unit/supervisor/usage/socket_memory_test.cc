#include "supervisor/usage/socket_memory.h"

#include <gtest/gtest.h>

namespace brood::supervisor {
namespace {

TEST(SocketMemory, CountsAllSocketsOfANamespace) {
  EXPECT_EQ(countSockets("sockets: used 1234\nTCP: inuse 5 orphan 0 tw 0 alloc 6 mem 1\n"), 1234u);
  EXPECT_EQ(countSockets("sockets: used 0\n"), 0u);
}

TEST(SocketMemory, OtherTextsHaveNone) {
  EXPECT_EQ(countSockets(""), 0u);
  EXPECT_EQ(countSockets("TCP: inuse 5\nsockets: used 7\n"), 0u);
  EXPECT_EQ(countSockets("sockets: used many"), 0u);
}

}  // namespace
}  // namespace brood::supervisor
