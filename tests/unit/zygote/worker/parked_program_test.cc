// A worker that becomes a program of its own, and that program's end of the channel.

#include "zygote/worker/parked_program.h"

#include <errno.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <capnp/message.h>
#include <capnp/serialize.h>

#include <cstring>

#include "base/owned_fd.h"
#include "runtimes/interface/parked_channel.h"
#include "zygote/layers/descriptors.h"
#include "zygote/worker/worker_channel.h"

namespace brood::zygote {
namespace {

constexpr int kNoJob = 40, kThrew = 41;

WorkerFrame parkedFrame() {
  WorkerFrame frame;
  frame.layers = 0x1234;
  return frame;
}

class ParkedProgramTest : public ::testing::Test {
 protected:
  ParkedProgramTest() {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) ::abort();
    // Clear of the numbers that a worker's descriptors have.
    ours_ = OwnedFd(::fcntl(ends[0], F_DUPFD_CLOEXEC, 20));
    theirs_ = OwnedFd(::fcntl(ends[1], F_DUPFD_CLOEXEC, 20));
    ::close(ends[0]);
    ::close(ends[1]);
  }
  ~ParkedProgramTest() override {
    ours_.reset();
    if (child_ > 0) ::waitpid(child_, nullptr, 0);
  }

  // In a child with the channel where a worker has it.
  template <typename Body>
  void inWorker(Body&& body) {
    child_ = ::fork();
    ASSERT_GE(child_, 0);
    if (child_ == 0) {
      ::dup2(theirs_.get(), kWorkerChannelFd);
      ::close(ours_.get());
      ::close(theirs_.get());
      body();
      ::_exit(EXIT_FAILURE);
    }
    theirs_.reset();
  }

  void becomeShell(const char* script) {
    inWorker([script] {
      ParkedProgram program;
      for (const char* word : {"/bin/sh", "-c", script}) program.argv.add(kj::str(word));
      program.environment.add(kj::str("COLOUR=blue"));
      become(program, parkedFrame());
    });
  }

  std::string readAll() {
    std::string text;
    char buffer[256];
    for (ssize_t count; (count = ::read(ours_.get(), buffer, sizeof(buffer))) > 0;) {
      text.append(buffer, count);
    }
    return text;
  }

  WorkerFrame readFrame() {
    WorkerFrame frame;
    frame.magic = 0;
    EXPECT_EQ(::recv(ours_.get(), &frame, sizeof(frame), MSG_WAITALL), ssize_t{sizeof(frame)});
    return frame;
  }

  void sendJob() {
    capnp::MallocMessageBuilder message;
    auto job = message.initRoot<wire::WorkerJob>();
    job.setSource(kj::StringPtr("code").asBytes());
    job.setSourceName("main.x");
    job.setOpenFiles(77);
    auto words = capnp::messageToFlatArray(message);
    WorkerJobHeader header;
    header.byteLength = words.asBytes().size();
    ASSERT_EQ(::write(ours_.get(), &header, sizeof(header)), ssize_t{sizeof(header)});
    ASSERT_EQ(::write(ours_.get(), words.begin(), header.byteLength), ssize_t{header.byteLength});
  }

  int waitStatus() {
    int status = -1;
    ::waitpid(child_, &status, 0);
    child_ = -1;
    return status;
  }

  OwnedFd ours_, theirs_;
  pid_t child_ = -1;
};

TEST_F(ParkedProgramTest, TheProgramHasTheChannelTheFrameAndItsEnvironment) {
  becomeShell("cat <&4 >&3; echo \"$COLOUR $PATH\" >&3");
  const std::string said = readAll();
  const WorkerFrame frame = parkedFrame();
  ASSERT_GT(said.size(), sizeof(frame));
  EXPECT_EQ(std::memcmp(said.data(), &frame, sizeof(frame)), 0);
  EXPECT_EQ(said.substr(sizeof(frame), 5), "blue ");
}

TEST_F(ParkedProgramTest, SaysWhyItCannotBecomeIt) {
  ParkedProgram program;
  program.argv.add(kj::str("/no/such/interpreter"));
  inWorker([&] { ::_exit(become(program, parkedFrame())); });
  EXPECT_EQ(WEXITSTATUS(waitStatus()), ENOENT);
}

// Acts as an interpreter's addon does.
void live() {
  try {
    auto channel = openParkedChannel();
    KJ_IF_MAYBE (job, channel->takeJob()) {
      rlimit files;
      ::getrlimit(RLIMIT_NOFILE, &files);
      // In its working directory, which in a slot is the workspace.
      const bool asSent = job->sourcePath == kj::str(::get_current_dir_name(), "/main.x") &&
                          job->source.size() == 4;
      channel->done(asSent ? static_cast<int>(files.rlim_cur) : 0);
    }
    ::_exit(kNoJob);
  } catch (...) {
    ::_exit(kThrew);
  }
}

void leaveFrame() {
  int ends[2];
  const WorkerFrame frame = parkedFrame();
  if (::pipe(ends) < 0) ::_exit(EXIT_FAILURE);
  if (::write(ends[1], &frame, sizeof(frame)) < 0) ::_exit(EXIT_FAILURE);
  ::dup2(ends[0], kParkedFrameFd);
}

TEST_F(ParkedProgramTest, TakesItsJobWithItsLimitsAndIsDismissed) {
  inWorker([] {
    leaveFrame();
    live();
  });
  WorkerFrame parked = readFrame();
  EXPECT_EQ(parked.kind, WorkerFrameKind::parked);
  EXPECT_EQ(parked.layers, 0x1234u);
  sendJob();
  WorkerFrame done = readFrame();
  EXPECT_EQ(done.kind, WorkerFrameKind::done);
  EXPECT_EQ(done.exitCode, 77);
  ASSERT_EQ(::waitpid(child_, nullptr, WNOHANG), 0) << "it waits to be dismissed";
  ours_.reset();
  const int status = waitStatus();
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 77);
}

TEST_F(ParkedProgramTest, GoesHomeWithoutAJob) {
  inWorker([] {
    leaveFrame();
    live();
  });
  EXPECT_EQ(readFrame().kind, WorkerFrameKind::parked);
  ours_.reset();
  EXPECT_EQ(WEXITSTATUS(waitStatus()), kNoJob);
}

TEST_F(ParkedProgramTest, IsNoParkedWorkerWithoutAFrame) {
  inWorker([] {
    ::close(kParkedFrameFd);
    live();
  });
  EXPECT_EQ(WEXITSTATUS(waitStatus()), kThrew);
}

}  // namespace
}  // namespace brood::zygote
