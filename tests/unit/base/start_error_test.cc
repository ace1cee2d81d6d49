#include "base/start_error.h"

#include <gtest/gtest.h>
#include <kj/async.h>

namespace brood {
namespace {

constexpr const char* kMessage = "layer landlock: off; fix: switch it on";

TEST(StartError, IsItsMessage) {
  try {
    throw StartError(kMessage);
  } catch (const std::exception& error) {
    EXPECT_STREQ(error.what(), kMessage);
  }
}

TEST(StartError, KeepsItsMessageInAPromise) {
  kj::EventLoop loop;
  kj::WaitScope scope(loop);
  std::string message;
  kj::evalLater([]() -> void { throw StartError(kMessage); })
      .then([] {}, [&](kj::Exception&& error) { message = error.getDescription().cStr(); })
      .wait(scope);
  EXPECT_EQ(message, kMessage);
}

}  // namespace
}  // namespace brood
