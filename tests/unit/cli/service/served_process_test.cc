#include "cli/service/served_process.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <cerrno>

#include "cli/service/service.h"
#include "cli/terminal/cli_error.h"
#include "cli/terminal/line_reader.h"

namespace brood::cli {
namespace {

std::vector<std::string> shell(const std::string& script) { return {"/bin/sh", "-c", script}; }

std::string lineOf(kj::Maybe<std::string>&& line) {
  KJ_IF_MAYBE (text, line) {
    return *text;
  }
  return "(end)";
}

bool hasNoChild() { return ::waitpid(-1, nullptr, WNOHANG) < 0 && errno == ECHILD; }

TEST(ServedProcess, TellsItsExitCode) {
  UvAsyncIo io;
  ServedProcess child(io, shell("exit 7"));
  auto exit = child.onExit().wait(io.waitScope());
  EXPECT_FALSE(exit.signalled);
  EXPECT_EQ(exit.value, 7);
  EXPECT_EQ(exit.text(), "exited with code 7");
  child.signal(SIGKILL);
  EXPECT_TRUE(hasNoChild());
}

TEST(ServedProcess, TellsTheSignalThatEndedIt) {
  UvAsyncIo io;
  ServedProcess child(io, shell("kill -9 $$"));
  auto exit = child.onExit().wait(io.waitScope());
  EXPECT_TRUE(exit.signalled);
  EXPECT_EQ(exit.text(), "was killed by SIGKILL");
}

TEST(ServedProcess, IsGoneWithItsObject) {
  UvAsyncIo io;
  { ServedProcess child(io, {"/bin/sleep", "1000"}); }
  EXPECT_TRUE(hasNoChild());
}

TEST(ServedProcess, ReadsNothingAndWritesToUs) {
  UvAsyncIo io;
  ServedProcess child(io, shell("cat; echo out"));
  LineReader lines(child.output());
  EXPECT_EQ(lineOf(lines.next().wait(io.waitScope())), "out");
  EXPECT_EQ(lineOf(lines.next().wait(io.waitScope())), "(end)");
}

TEST(ServedProcess, HasAProcessGroupOfItsOwn) {
  UvAsyncIo io;
  ServedProcess child(io, shell("echo $$; ps -o pgid= -p $$ 2>/dev/null || cut -d' ' -f5 "
                                "/proc/$$/stat"));
  LineReader lines(child.output());
  auto pid = lineOf(lines.next().wait(io.waitScope()));
  auto group = lineOf(lines.next().wait(io.waitScope()));
  EXPECT_EQ(std::stoi(pid), std::stoi(group));
}

TEST(ServedProcess, ThatCannotBeExecutedThrows) {
  UvAsyncIo io;
  try {
    ServedProcess child(io, {"/nowhere/program"});
    FAIL() << "was started";
  } catch (const CliError& error) {
    EXPECT_STREQ(error.what(), "cannot execute /nowhere/program: No such file or directory");
  }
  EXPECT_TRUE(hasNoChild());
}

TEST(Service, IsUpWhenItSaysSo) {
  UvAsyncIo io;
  Service service(io, shell("echo chatter; echo ready /a/socket; exec sleep 1000"), "ready");
  EXPECT_EQ(lineOf(service.up().wait(io.waitScope())), "/a/socket");
  auto exit = service.stop(io.timer(), 60 * kj::SECONDS).wait(io.waitScope());
  EXPECT_EQ(exit.text(), "was killed by SIGTERM");
}

TEST(Service, ThatEndsFirstWasNeverUp) {
  UvAsyncIo io;
  Service service(io, shell("echo chatter; exit 3"), "ready");
  EXPECT_EQ(lineOf(service.up().wait(io.waitScope())), "(end)");
  EXPECT_EQ(service.onExit().wait(io.waitScope()).value, 3);
}

TEST(Service, ThatWillNotStopIsKilled) {
  UvAsyncIo io;
  Service service(io, shell("trap '' TERM; echo ready now; while :; do :; done"), "ready");
  service.up().wait(io.waitScope());
  auto exit = service.stop(io.timer(), 20 * kj::MILLISECONDS).wait(io.waitScope());
  EXPECT_EQ(exit.text(), "was killed by SIGKILL");
}

}  // namespace
}  // namespace brood::cli
