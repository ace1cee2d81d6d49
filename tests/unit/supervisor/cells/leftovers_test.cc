#include "supervisor/cells/leftovers.h"

#include <gtest/gtest.h>

#include "tests/unit/supervisor/cells/played_cells.h"

namespace brood::supervisor {
namespace {

TEST(Leftovers, KeepTheEndOfWhatNobodyHasAskedFor) {
  UvAsyncIo io;
  PlayedCells cells(io);
  Leftovers leftovers(cells.timer, cells.worker->pipes(), 8);
  leftovers.start();
  cells.played.print("12345");
  io.waitScope().poll();
  cells.turnClock(1 * kj::SECONDS);
  cells.played.print("6789ab");
  leftovers.stop();
  EXPECT_EQ(leftovers.take(), "456789ab");
  EXPECT_EQ(leftovers.take(), "");
}

}  // namespace
}  // namespace brood::supervisor
