#include "egress/control/control_message.h"

#include <gtest/gtest.h>
#include <kj/debug.h>

namespace brood::egress {
namespace {

TEST(ControlMessage, ReadsWhatWasWritten) {
  capnp::MallocMessageBuilder message;
  auto request = message.initRoot<wire::ToBroker>();
  request.setRequestId(7);
  request.initEndJob().setId(9);
  ControlMessage read(toBytes(message));
  EXPECT_EQ(read.toBroker().getRequestId(), 7u);
  EXPECT_EQ(read.toBroker().getEndJob().getId(), 9u);
}

TEST(ControlMessage, RefusesBytesThatAreNone) {
  const kj::byte bytes[] = {1, 2, 3};
  EXPECT_NE(kj::runCatchingExceptions([&] { ControlMessage message(bytes); }), nullptr);
}

}  // namespace
}  // namespace brood::egress
