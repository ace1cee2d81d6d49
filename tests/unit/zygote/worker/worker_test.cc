// A worker is locked down, or fails in a named step.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rpc/wire/cell_frames.h"
#include "rpc/wire/file_frames.h"
#include "tests/unit/zygote/zygote_harness.h"

namespace brood::zygote {
namespace {

class WorkerTest : public ::testing::Test {
 protected:
  std::string sh(const std::string& script) {
    JobResult result = zygote_.sh(slot_, script);
    return result.stdoutText + result.stderrText;
  }

  ZygoteHarness zygote_;
  TestSlot slot_ = zygote_.buildSlot();
};

TEST_F(WorkerTest, RunsAsTheJobUserWithoutCapabilities) {
  EXPECT_EQ(sh("id -u; id -g; id -G; hostname; umask"), "1000\n1000\n1000\nsandbox\n0022\n");
  EXPECT_EQ(sh("grep -E '^(Cap|NoNewPrivs|Seccomp:)' /proc/self/status"),
            "CapInh:\t0000000000000000\nCapPrm:\t0000000000000000\nCapEff:\t0000000000000000\n"
            "CapBnd:\t0000000000000000\nCapAmb:\t0000000000000000\nNoNewPrivs:\t1\nSeccomp:\t2\n");
}

TEST_F(WorkerTest, IsLockedDownBeforeItParks) {
  TestWorker worker = zygote_.forkWorker(slot_);
  ASSERT_EQ(worker.readFrame().kind, WorkerFrameKind::parked);
  std::string status = readWholeFile("/proc/" + std::to_string(worker.pid) + "/status");
  for (const char* line : {"CapPrm:\t0000000000000000", "CapEff:\t0000000000000000",
                           "CapBnd:\t0000000000000000", "NoNewPrivs:\t1", "Seccomp:\t2",
                           "Uid:\t730001\t730001\t730001\t730001", "SigBlk:\t0000000000000000"}) {
    EXPECT_NE(status.find(line), std::string::npos) << line << "\n" << status;
  }
  // No job: the channel's end sends it home.
  worker.channel.reset();
  EXPECT_EQ(zygote_.waitForExit(worker.pid), 0);
}

TEST_F(WorkerTest, IsRousedAndPrimedAnyNumberOfTimesBeforeItsJob) {
  TestWorker worker = zygote_.forkWorker(slot_);
  ASSERT_EQ(worker.readFrame().kind, WorkerFrameKind::parked);
  for (const uint32_t told : {WorkerJobHeader::kRouse, WorkerJobHeader::kPrime,
                              WorkerJobHeader::kPrime, WorkerJobHeader::kRouse}) {
    WorkerJobHeader nothingYet;
    nothingYet.byteLength = told;
    ASSERT_EQ(::write(worker.channel.get(), &nothingYet, sizeof(nothingYet)),
              static_cast<ssize_t>(sizeof(nothingYet)));
  }
  JobOptions job;
  job.command = {"/bin/sh", "-c", "exit 7"};
  worker.sendJob(job);
  EXPECT_EQ(WEXITSTATUS(zygote_.waitForExit(worker.pid)), 7);
}

TEST_F(WorkerTest, SeesOnlyItsOwnProcesses) {
  // A job learns of init only that there is one.
  EXPECT_EQ(sh("set -- /proc/[0-9]*; echo $# processes; cat /proc/1/comm 2>&1; cat /proc/$$/comm"),
            "2 processes\ncat: /proc/1/comm: Operation not permitted\nsh\n");
}

TEST_F(WorkerTest, LoopbackIsUpAndAllThereIs) {
  EXPECT_EQ(sh("tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '"), "lo\n");
  // Connection refused, not "network is unreachable": the interface is up.
  EXPECT_EQ(sh("exec 2>&1; perl -MIO::Socket::INET -e 'IO::Socket::INET->new(q(127.0.0.1:9)) or "
               "print qq($!\\n); IO::Socket::INET->new(q(192.0.2.1:9)) or print qq($!\\n)'"),
            "Connection refused\nNetwork is unreachable\n");
}

TEST_F(WorkerTest, LeadsASessionOfItsOwn) {
  EXPECT_EQ(sh("set -- $(cat /proc/self/stat); [ $6 = $$ ] && echo leader"), "leader\n");
}

TEST_F(WorkerTest, LimitsAreTheLowerOfWorkerAndJob) {
  EXPECT_EQ(sh("ulimit -n; ulimit -c; ulimit -s"), "256\n0\n8192\n");
  JobOptions job;
  job.command = {"/bin/sh", "-c", "ulimit -n; ulimit -Hn; head -c 5000 /dev/zero > f; wc -c < f"};
  job.openFiles = 32;
  job.fileBytes = 4096;
  JobResult result = zygote_.run(slot_, job);
  EXPECT_EQ(result.stdoutText, "32\n32\n4096\n");
}

TEST_F(WorkerTest, RefusesToGainPrivilegesAgain) {
  EXPECT_NE(sh("mount -t tmpfs none /tmp").find("must be superuser"), std::string::npos);
  EXPECT_NE(sh("unshare -r true").find("Operation not permitted"), std::string::npos);
  EXPECT_NE(sh("nsenter -t 1 -u true").find("Operation not permitted"), std::string::npos);
  EXPECT_NE(sh("kill -9 1; echo alive").find("alive"), std::string::npos);
}

TEST_F(WorkerTest, BogusCgroupDescriptorIsReportedByName) {
  OwnedFd readOnly(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  TestWorker worker = zygote_.forkWorker(slot_, {readOnly.get()});
  ASSERT_GT(worker.pid, 0);
  WorkerFrame frame = worker.readFrame();
  EXPECT_EQ(frame.kind, WorkerFrameKind::failed);
  EXPECT_STREQ(frame.layer, "cgroup");
  EXPECT_EQ(frame.errnoValue, EBADF);
  EXPECT_TRUE(WIFEXITED(zygote_.waitForExit(worker.pid)));
}

TEST_F(WorkerTest, JoinsTheCgroupsItIsGiven) {
  int fds[2];
  ASSERT_EQ(::pipe2(fds, O_CLOEXEC), 0);
  OwnedFd read(fds[0]), write(fds[1]);
  TestWorker worker = zygote_.forkWorker(slot_, {write.get()});
  ASSERT_EQ(worker.readFrame().kind, WorkerFrameKind::parked);
  char written[8] = {};
  ASSERT_EQ(::read(read.get(), written, sizeof(written)), 1);
  EXPECT_STREQ(written, "0");
}

TEST_F(WorkerTest, DeadSlotIsReportedByName) {
  ASSERT_EQ(::syscall(SYS_pidfd_send_signal, slot_.initPidfd.get(), SIGKILL, nullptr, 0), 0);
  zygote_.waitForExit(slot_.initPid);
  TestWorker worker = zygote_.forkWorker(slot_);
  EXPECT_EQ(worker.pid, -1);
  EXPECT_EQ(worker.failure.layer, "setns:pid");
  EXPECT_EQ(worker.failure.errnoValue, ESRCH);
  TestSlot next = zygote_.buildSlot();
  EXPECT_EQ(zygote_.sh(next, "echo on").stdoutText, "on\n") << "the zygote must go on";
}

TEST_F(WorkerTest, StartsInTheFolderThatItIsTold) {
  JobOptions job;
  job.command = {"/bin/sh", "-c", "pwd; echo $PWD"};
  for (const auto& [folder, path] : {std::pair{"/tmp", "/tmp"}, {"/workspace", "/workspace"}}) {
    job.folder = folder;
    EXPECT_EQ(zygote_.run(slot_, job).stdoutText, std::string(path) + "\n" + path + "\n");
  }
  sh("mkdir sub");
  job.folder = "sub";
  EXPECT_EQ(zygote_.run(slot_, job).stdoutText, "/workspace/sub\n/workspace/sub\n");
}

TEST_F(WorkerTest, AFolderThatIsNotThereIsReportedByName) {
  TestWorker worker = zygote_.forkWorker(slot_);
  ASSERT_EQ(worker.readFrame().kind, WorkerFrameKind::parked);
  JobOptions job;
  job.command = {"/bin/true"};
  job.folder = "none";
  worker.open(job);
  const WorkerFrame frame = worker.readFrame();
  EXPECT_EQ(frame.kind, WorkerFrameKind::failed);
  EXPECT_STREQ(frame.layer, "folder");
  EXPECT_EQ(frame.errnoValue, ENOENT);
}

TEST_F(WorkerTest, HasATerminalInItsSlot) {
  JobOptions job;
  job.command = {"/bin/sh", "-c", "tty; stty size; echo $TERM; exit 3"};
  job.hasTerminal = true;
  const JobResult result = zygote_.run(slot_, job);
  EXPECT_EQ(result.stdoutText, "/dev/pts/0\r\n24 80\r\nxterm-256color\r\n");
  EXPECT_EQ(WEXITSTATUS(result.waitStatus), 3);
}

TEST_F(WorkerTest, IsAFileAgentInItsSlot) {
  TestWorker worker = zygote_.forkWorker(slot_);
  ASSERT_EQ(worker.readFrame().kind, WorkerFrameKind::parked);
  JobOptions job;
  job.serves = wire::Service::FILES;
  worker.open(job);
  const std::string path = "made/by/agent";
  FileRequest request;
  request.order = FileOrder::write;
  request.pathBytes = static_cast<uint32_t>(path.size());
  request.contentBytes = 4;
  const std::string message =
      std::string(reinterpret_cast<const char*>(&request), sizeof(request)) + path + "text";
  ASSERT_EQ(::write(worker.channel.get(), message.data(), message.size()),
            static_cast<ssize_t>(message.size()));
  FileReply reply;
  ASSERT_EQ(::read(worker.channel.get(), &reply, sizeof(reply)),
            static_cast<ssize_t>(sizeof(reply)));
  EXPECT_EQ(reply.errnoValue, 0);
  EXPECT_EQ(sh("cat made/by/agent; stat -c %u made/by/agent"), "text1000\n");
  // It is closed to the session's programs, who can but kill it.
  EXPECT_EQ(sh("for p in /proc/[0-9]*; do cat $p/environ >/dev/null 2>&1 || echo closed; done"),
            "closed\nclosed\n")
      << "init and the agent";
  worker.channel.reset();
  EXPECT_EQ(zygote_.waitForExit(worker.pid), 0);
}

TEST_F(WorkerTest, KeepsAShellForCells) {
  TestWorker worker = zygote_.forkWorker(slot_);
  ASSERT_EQ(worker.readFrame().kind, WorkerFrameKind::parked);
  JobOptions job;
  job.serves = wire::Service::CELLS;
  job.command = {"/bin/bash", "--norc", "--noprofile", "--noediting", "-i", "/proc/self/fd/10"};
  worker.open(job);
  uint32_t number = 0;
  for (const std::string code : {"x=4; cd /tmp", "echo $x $PWD; exit 6"}) {
    CellHeader header;
    header.number = ++number;
    header.codeBytes = static_cast<uint32_t>(code.size());
    const std::string message =
        std::string(reinterpret_cast<const char*>(&header), sizeof(header)) + code;
    ASSERT_EQ(::write(worker.channel.get(), message.data(), message.size()),
              static_cast<ssize_t>(message.size()));
    const WorkerFrame frame = worker.readFrame();
    if (number == 2) break;
    EXPECT_EQ(frame.kind, WorkerFrameKind::cellDone);
    EXPECT_EQ(frame.cell(), number);
  }
  JobResult result;
  worker.stdinWrite.reset();
  worker.readOutput(result);
  EXPECT_EQ(result.stdoutText, "4 /tmp\n");
  EXPECT_EQ(result.stderrText, "");
  EXPECT_EQ(WEXITSTATUS(zygote_.waitForExit(worker.pid)), 6);
}

TEST_F(WorkerTest, MessageOutOfStepEndsTheWorker) {
  TestWorker worker = zygote_.forkWorker(slot_);
  ASSERT_EQ(worker.readFrame().kind, WorkerFrameKind::parked);
  ASSERT_EQ(::write(worker.channel.get(), "nonsense", 8), 8);
  WorkerFrame frame = worker.readFrame();
  EXPECT_EQ(frame.kind, WorkerFrameKind::failed);
  EXPECT_STREQ(frame.layer, "job");
}

}  // namespace
}  // namespace brood::zygote
