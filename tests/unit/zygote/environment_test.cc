// A program that the exec runtime starts finds its environment, descriptors and exit codes right.

#include <gtest/gtest.h>
#include <sys/wait.h>

#include "tests/unit/zygote/zygote_harness.h"

namespace brood::zygote {
namespace {

class EnvironmentTest : public ::testing::Test {
 protected:
  JobResult exec(std::vector<std::string> command) {
    JobOptions job;
    job.command = std::move(command);
    return zygote_.run(slot_, job);
  }

  ZygoteHarness zygote_;
  TestSlot slot_ = zygote_.buildSlot();
};

TEST_F(EnvironmentTest, IsTheBaseAndTheJobsOwn) {
  JobOptions job;
  job.command = {"env"};
  job.env = {{"GREETING", "hello"}, {"LANG", "C"}};
  EXPECT_EQ(zygote_.run(slot_, job).stdoutText,
            "PATH=/usr/local/bin:/usr/bin:/bin\nHOME=/workspace\nUSER=sandbox\nTMPDIR=/tmp\n"
            "PWD=/workspace\nGREETING=hello\nLANG=C\n");
}

TEST_F(EnvironmentTest, DescriptorsAreExactlyThree) {
  // The fourth is the directory that ls itself has open.
  EXPECT_EQ(exec({"/bin/ls", "/proc/self/fd"}).stdoutText, "0\n1\n2\n3\n");
  JobResult result = exec({"/bin/sh", "-c", "readlink /proc/$$/fd/3 || echo closed"});
  EXPECT_EQ(result.stdoutText, "closed\n");
}

TEST_F(EnvironmentTest, SignalsAreDefaultAndUnblocked) {
  std::string status = exec({"/bin/cat", "/proc/self/status"}).stdoutText;
  for (const char* line :
       {"SigBlk:\t0000000000000000", "SigIgn:\t0000000000000000", "SigCgt:\t0000000000000000"}) {
    EXPECT_NE(status.find(line), std::string::npos) << line << "\n" << status;
  }
}

TEST_F(EnvironmentTest, StandardInputArrives) {
  JobOptions job;
  job.command = {"/bin/cat"};
  job.stdinText = "from outside";
  EXPECT_EQ(zygote_.run(slot_, job).stdoutText, "from outside");
}

TEST_F(EnvironmentTest, SourceIsWrittenAsItCame) {
  JobOptions job;
  job.command = {"/usr/bin/od", "-An", "-tx1", "/workspace/main.bin"};
  job.source = std::string("\x00\xff\n\x80", 4);
  job.sourceName = "main.bin";
  EXPECT_EQ(zygote_.run(slot_, job).stdoutText, " 00 ff 0a 80\n");
}

TEST_F(EnvironmentTest, ExitCodesAndSignalsArriveAsTheyAre) {
  EXPECT_EQ(WEXITSTATUS(exec({"/bin/sh", "-c", "exit 42"}).waitStatus), 42);
  int killed = exec({"/bin/sh", "-c", "kill -SEGV $$"}).waitStatus;
  EXPECT_TRUE(WIFSIGNALED(killed) && WTERMSIG(killed) == SIGSEGV) << killed;
}

TEST_F(EnvironmentTest, MissingAndUnusableProgramsAnswerAsShellsDo) {
  JobResult missing = exec({"/no/such/program"});
  EXPECT_EQ(WEXITSTATUS(missing.waitStatus), 127);
  EXPECT_NE(missing.stderrText.find("/no/such/program: No such file"), std::string::npos);
  JobResult unusable = exec({"/etc/passwd"});
  EXPECT_EQ(WEXITSTATUS(unusable.waitStatus), 126);
  EXPECT_NE(unusable.stderrText.find("Permission denied"), std::string::npos);
}

TEST_F(EnvironmentTest, RealProgramsWork) {
  // One of each family that the system call filter must not break.
  EXPECT_EQ(exec({"/bin/bash", "-c", "x=$(seq 3 | sort -r | tr '\\n' ,); echo $x"}).stdoutText,
            "3,2,1,\n");
  EXPECT_EQ(exec({"/usr/bin/python3", "-c",
                  "import threading, subprocess, socket, multiprocessing as m\n"
                  "t = threading.Thread(target=print, args=('thread',), kwargs={'flush': True})\n"
                  "t.start(); t.join()\n"
                  "print(subprocess.run(['echo', 'child'], capture_output=True).stdout)\n"
                  "s = socket.create_server(('127.0.0.1', 0))\n"
                  "c = socket.create_connection(s.getsockname())\n"
                  "with m.Pool(2) as p: print(p.map(abs, [-1, -2]))\n"})
                .stdoutText,
            "thread\nb'child\\n'\n[1, 2]\n");
}

}  // namespace
}  // namespace brood::zygote
