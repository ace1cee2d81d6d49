#include "supervisor/sessions/commands.h"

#include <capnp/message.h>
#include <gtest/gtest.h>

#include "tests/unit/supervisor/cells/played_cells.h"

namespace brood::supervisor {
namespace {

class CommandsTest : public testing::Test {
 protected:
  CommandsTest() { limits_.wallTimeMs = 4'000; }
  ~CommandsTest() noexcept override = default;

  std::string codeOf() {
    auto admitted = admitCommand(command_.asReader(), limits_, config_);
    return admitted.is<RejectionInfo>()
               ? admitted.get<RejectionInfo>().code + " " + admitted.get<RejectionInfo>().field
               : "";
  }
  void setArgv(const char* word) { command_.initArgv(1).set(0, word); }

  capnp::MallocMessageBuilder message_;
  rpc::Command::Builder command_ = message_.initRoot<rpc::Command>();
  JobLimits limits_;
  Config config_;
};

TEST_F(CommandsTest, NameAProgram) {
  EXPECT_EQ(codeOf(), "invalid_value argv");
  setArgv("");
  EXPECT_EQ(codeOf(), "invalid_value argv");
  setArgv("ls");
  EXPECT_EQ(codeOf(), "");
}

TEST_F(CommandsTest, HaveTheSessionsTimeUnlessTheyAreInTheBackground) {
  setArgv("ls");
  EXPECT_EQ(admitCommand(command_.asReader(), limits_, config_).get<CommandOrder>().timeoutMs,
            4'000u);
  command_.setBackground(true);
  EXPECT_EQ(admitCommand(command_.asReader(), limits_, config_).get<CommandOrder>().timeoutMs, 0u);
  command_.setTimeoutMs(config_.limits.wallTimeMs.maximum + 1);
  EXPECT_EQ(codeOf(), "invalid_limit timeout_ms");
}

TEST_F(CommandsTest, HaveATerminalOfARealSizeOrNone) {
  setArgv("ls");
  command_.setRows(24);
  EXPECT_EQ(codeOf(), "invalid_value tty");
  command_.setColumns(80);
  EXPECT_EQ(codeOf(), "");
  EXPECT_FALSE(checkTerminal(0, 1) == nullptr);
}

TEST_F(CommandsTest, OneThatCannotBeStartedIsForgotten) {
  UvAsyncIo io;
  PlayedCells cells(io);
  Commands commands(*cells.ground, [](const CommandOrder&) -> kj::Promise<kj::Own<SessionWorker>> {
    return KJ_EXCEPTION(FAILED, "nobody forks here");
  });
  CommandOrder order;
  order.argv = {"ls"};
  auto started = commands.start(kj::mv(order), limits_).wait(io.waitScope());
  ASSERT_TRUE(started.is<RejectionInfo>());
  EXPECT_EQ(started.get<RejectionInfo>().code, "sandbox_unavailable");
  EXPECT_TRUE(commands.all().empty());
  EXPECT_EQ(commands.find("1").get<RejectionInfo>().code, "command_not_found");
}

}  // namespace
}  // namespace brood::supervisor
