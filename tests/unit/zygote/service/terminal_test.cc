// A command with a terminal, through the pipes of its worker.

#include "zygote/service/terminal.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

#include "rpc/wire/fd_passing.h"
#include "rpc/wire/worker_frames.h"

namespace brood::zygote {
namespace {

class TerminalTest : public ::testing::Test {
 protected:
  void start(const std::string& script) {
    auto [ours, theirs] = newStreamPair();
    auto [inRead, inWrite] = newPipe();
    auto [outRead, outWrite] = newPipe();
    channel_ = kj::mv(ours);
    in_ = kj::mv(inWrite);
    out_ = kj::mv(outRead);
    worker_ = ::fork();
    ASSERT_GE(worker_, 0);
    if (worker_ > 0) return;
    ::setsid();
    ::dup2(inRead.get(), STDIN_FILENO);
    ::dup2(outWrite.get(), STDOUT_FILENO);
    for (auto* fd : {&channel_, &in_, &out_}) fd->reset();
    if (continueInTerminal({33, 101, theirs.get()}) == 0) {
      ::execl("/bin/sh", "sh", "-c", script.c_str(), nullptr);
    }
    ::_exit(125);
  }
  ~TerminalTest() override {
    if (worker_ > 0) end();
  }

  void write(const std::string& text) const {
    ASSERT_EQ(::write(in_.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  // Until this has come, or all.
  std::string read(const std::string& until) const {
    std::string text;
    char character;
    while ((until.empty() || text.find(until) == std::string::npos) &&
           ::read(out_.get(), &character, 1) == 1) {
      text += character;
    }
    return text;
  }
  int end() {
    channel_.reset();
    in_.reset();
    int status = -1;
    ::waitpid(worker_, &status, 0);
    worker_ = -1;
    return status;
  }

  pid_t worker_ = -1;
  OwnedFd channel_, in_, out_;
};

TEST_F(TerminalTest, HasASizeWhichChanges) {
  start(
      "test -t 0 && test -t 1 && test -t 2 && stty size; trap 'stty size; exit 3' WINCH; "
      "echo ready; while :; do read line; done");
  EXPECT_EQ(read("ready\r\n"), "33 101\r\nready\r\n");
  WorkerTerminalSize size;
  size.rows = 10;
  size.columns = 20;
  ASSERT_EQ(::write(channel_.get(), &size, sizeof(size)), static_cast<ssize_t>(sizeof(size)));
  EXPECT_EQ(read("20\r\n"), "10 20\r\n");
  write("\n");
  EXPECT_EQ(WEXITSTATUS(end()), 3);
}

TEST_F(TerminalTest, EchoesInputAndSeesItsEnd) {
  start("while read line; do echo \"<$line>\"; done; exit 7");
  write("one\n");
  EXPECT_EQ(read("<one>\r\n"), "one\r\n<one>\r\n");
  in_.reset();
  EXPECT_EQ(WEXITSTATUS(end()), 7);
}

TEST_F(TerminalTest, AnInterruptReachesTheForeground) {
  start("echo ready; exec sleep 1000");
  EXPECT_EQ(read("ready\r\n"), "ready\r\n");
  write("\x03");
  int status = -1;
  ASSERT_EQ(::waitpid(worker_, &status, 0), worker_);
  worker_ = -1;
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT) << status;
}

TEST_F(TerminalTest, SignalsToTheWorkerArePassedOn) {
  start("trap 'exit 9' TERM; echo ready; while :; do sleep 1000 & wait; done");
  EXPECT_EQ(read("ready\r\n"), "ready\r\n");
  ::kill(worker_, SIGTERM);
  EXPECT_EQ(WEXITSTATUS(end()), 9);
}

TEST_F(TerminalTest, AllOfTheOutputComesThrough) {
  start("i=0; while [ $i -lt 5000 ]; do echo 0123456789; i=$((i + 1)); done; printf end");
  const std::string text = read("");
  EXPECT_EQ(text.size(), 5000u * 12 + 3);
  EXPECT_EQ(text.substr(text.size() - 3), "end");
  EXPECT_EQ(end(), 0);
}

}  // namespace
}  // namespace brood::zygote
