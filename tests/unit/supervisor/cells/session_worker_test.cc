#include "supervisor/cells/session_worker.h"

#include <gtest/gtest.h>

#include "tests/unit/supervisor/cells/played_cells.h"

namespace brood::supervisor {
namespace {

TEST(SessionWorker, EndsWithItsOwnerAndItsSandboxStays) {
  UvAsyncIo io;
  PlayedCells cells(io);
  auto ended = cells.worker->onExit();
  EXPECT_EQ(cells.ground->roster.all().size(), 1u);
  cells.worker = nullptr;
  const auto exit = ended.wait(io.waitScope());
  EXPECT_EQ(WTERMSIG(exit.waitStatus), SIGKILL);
  EXPECT_TRUE(cells.ground->roster.all().empty());
  EXPECT_EQ(cells.played.sandbox.kills, 0);
  EXPECT_TRUE(cells.stage.owner().retired.empty());
}

TEST(SessionWorker, ARosterKnowsWhereAllProcessesComeFrom) {
  UvAsyncIo io;
  PlayedCells cells(io);
  const auto& sandbox = **cells.sandbox;
  EXPECT_EQ(cells.ground->roster.roots(sandbox),
            (std::vector<pid_t>{sandbox.init().pid(), cells.worker->leader()}));
  EXPECT_EQ(cells.ground->roster.keepers(sandbox), (std::vector<pid_t>{sandbox.init().pid()}));
}

}  // namespace
}  // namespace brood::supervisor
