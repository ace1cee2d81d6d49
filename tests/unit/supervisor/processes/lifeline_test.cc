#include "supervisor/processes/lifeline.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

namespace brood::supervisor {
namespace {

TEST(LifelineTest, IsHeldAsLongAsAnybodyHasTheOtherEnd) {
  Lifeline lifeline;
  OwnedFd init(::dup(lifeline.initEnd()));
  EXPECT_TRUE(lifeline.isHeld());
  lifeline.letGoOfInitEnd();
  EXPECT_TRUE(lifeline.isHeld());
  init.reset();
  EXPECT_FALSE(lifeline.isHeld());
}

TEST(LifelineTest, EndIsAWordAndEndOfFileWhenItIsGone) {
  OwnedFd init;
  {
    Lifeline lifeline;
    init = OwnedFd(::dup(lifeline.initEnd()));
    lifeline.letGoOfInitEnd();
    lifeline.end();
    char word;
    EXPECT_EQ(::read(init.get(), &word, 1), 1);
    EXPECT_TRUE(lifeline.isHeld()) << "told, but not gone";
  }
  char word;
  EXPECT_EQ(::read(init.get(), &word, 1), 0);
}

TEST(LifelineTest, EndingNobodyIsNoError) {
  ::signal(SIGPIPE, SIG_IGN);
  Lifeline lifeline;
  lifeline.letGoOfInitEnd();
  lifeline.end();
  EXPECT_FALSE(lifeline.isHeld());
}

}  // namespace
}  // namespace brood::supervisor
