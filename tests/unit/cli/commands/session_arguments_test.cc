#include "cli/commands/session_arguments.h"

#include <gtest/gtest.h>

#include "cli/commands/arguments.h"

namespace brood::cli {
namespace {

using Action = SessionArguments::Action;

SessionArguments parsed(const std::vector<std::string>& line) {
  auto result = parseArguments(line);
  if (const auto* farewell = std::get_if<Farewell>(&result)) {
    ADD_FAILURE() << farewell->text;
    return {};
  }
  EXPECT_EQ(std::get<Arguments>(result).command, Command::session);
  return std::get<Arguments>(result).session;
}

bool isRefused(const std::vector<std::string>& line) {
  const auto result = parseArguments(line);
  const auto* farewell = std::get_if<Farewell>(&result);
  return farewell != nullptr && farewell->exitCode == 2;
}

TEST(SessionArgumentsTest, ReadsHowOneIsOpened) {
  const auto open = parsed({"session", "open", "-l", "python", "--ttl", "30m", "--idle-timeout",
                            "90", "--label", "user=7", "--env", "A=b=c", "--memory", "64Mi"});
  EXPECT_EQ(open.action, Action::open);
  EXPECT_EQ(open.language, "python");
  EXPECT_EQ(open.ttlMs, 1'800'000u);
  EXPECT_EQ(open.idleTimeoutMs, 90'000u);
  EXPECT_EQ(open.labels[0].second, "7");
  EXPECT_EQ(open.environment[0].second, "b=c");
  EXPECT_EQ(open.limits.memoryBytes, 64u << 20);
  EXPECT_TRUE(isRefused({"session", "open", "--label", "x"}));
}

TEST(SessionArgumentsTest, ReadsCellsAndCommands) {
  const auto exec = parsed({"session", "exec", "s1", "-c", "1+1", "--rich", "--timeout", "5"});
  EXPECT_EQ(exec.action, Action::exec);
  EXPECT_EQ(exec.ids, std::vector<std::string>{"s1"});
  EXPECT_EQ(*exec.code, "1+1");
  EXPECT_EQ(exec.timeoutMs, 5000u);
  EXPECT_EQ(parsed({"session", "exec", "s1", "f.py"}).file, "f.py");
  EXPECT_EQ(parsed({"session", "exec", "s1"}).file, "-");
  const auto run = parsed({"session", "run", "--cwd", "/tmp", "s1", "ls", "-l", "--all"});
  EXPECT_EQ(run.action, Action::run);
  EXPECT_EQ(run.cwd, "/tmp");
  EXPECT_EQ(run.ids, std::vector<std::string>{"s1"});
  EXPECT_EQ(run.argv, (std::vector<std::string>{"ls", "-l", "--all"}));
  EXPECT_TRUE(isRefused({"session", "run", "s1"}));
  EXPECT_TRUE(isRefused({"session", "exec"}));
}

TEST(SessionArgumentsTest, ReadsWhatIsDoneWithFiles) {
  EXPECT_EQ(parsed({"session", "files", "ls", "s1"}).action, Action::listFiles);
  const auto get = parsed({"session", "files", "get", "s1", "a", "b"});
  EXPECT_EQ(get.action, Action::getFile);
  EXPECT_EQ(get.path, "a");
  EXPECT_EQ(get.otherPath, "b");
  const auto put = parsed({"session", "files", "put", "s1", "here", "there"});
  EXPECT_EQ(put.otherPath, "here");
  EXPECT_EQ(put.path, "there");
  EXPECT_TRUE(isRefused({"session", "files", "rm", "s1"}));
}

TEST(SessionArgumentsTest, ClosesManyAndTalksToOne) {
  EXPECT_EQ(parsed({"session", "close", "s1", "s2"}).ids.size(), 2u);
  EXPECT_EQ(parsed({"repl", "-l", "bash"}).action, Action::repl);
  EXPECT_EQ(parsed({"repl", "--session", "s1"}).ids[0], "s1");
  EXPECT_TRUE(isRefused({"session"}));
}

}  // namespace
}  // namespace brood::cli
