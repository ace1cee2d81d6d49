#include "supervisor/cells/sandbox_processes.h"

#include <gtest/gtest.h>
#include <signal.h>

#include "tests/unit/supervisor/cells/played_cells.h"

namespace brood::supervisor {
namespace {

TEST(SandboxProcesses, StopWhatIsOfTheSandboxAndNobodyElse) {
  UvAsyncIo io;
  PlayedCells cells(io);
  auto& sandbox = cells.played.sandbox;
  const pid_t worker = cells.worker->leader(), init = sandbox.init().pid();
  // The fake sandbox has one process.
  sandbox.member = worker;
  auto stopped = stopAll(sandbox, {init, worker}, {init});
  EXPECT_EQ(stopped.size(), 1u);
  siginfo_t seen{};
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(worker), &seen, WSTOPPED | WNOWAIT), 0);
  EXPECT_TRUE(areAllStopped({worker}, {}));
  EXPECT_FALSE(areAllStopped({init}, {}));
  EXPECT_TRUE(areAllStopped({init}, {init}));
  EXPECT_TRUE(stopAll(sandbox, {worker}, {}).empty()) << "it is stopped already";
  resume(stopped);
}

TEST(SandboxProcesses, CountWhatATreeHolds) {
  EXPECT_GT(residentBytes(::getpid()), 1u << 20);
  EXPECT_EQ(residentBytes(0x7ffffff0), 0u);
}

TEST(SandboxProcesses, EndOfALeaderIsThatOfWhatItHasStarted) {
  UvAsyncIo io;
  PlayedCells cells(io);
  const pid_t worker = cells.worker->leader();
  cells.played.sandbox.member = worker;
  auto ended = cells.worker->onExit();
  killWithDescendants(cells.played.sandbox, worker, {worker});
  EXPECT_EQ(WTERMSIG(ended.wait(io.waitScope()).waitStatus), SIGKILL);
}

}  // namespace
}  // namespace brood::supervisor
