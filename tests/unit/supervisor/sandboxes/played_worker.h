#pragma once
// Workers that the test plays: it has the worker's ends of the channel and the pipes.

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>

#include <cstring>
#include <deque>
#include <string>

#include "rpc/loop/uv_io.h"
#include "supervisor/sandboxes/worker_starter.h"
#include "tests/unit/supervisor/sandboxes/fake_sandbox.h"

namespace brood::supervisor {

// Made by Players, which outlive it and keep what was its sandbox.
struct PlayedWorker {
  kj::Own<WorkerHandle> handle;
  FakeSandbox& sandbox;
  FakeMeter& meter;
  OwnedFd channel, stdin, stdout, stderr;

  void say(WorkerFrameKind kind, int exitCode = 0) const {
    WorkerFrame frame;
    frame.kind = kind;
    frame.exitCode = exitCode;
    ASSERT_EQ(::send(channel.get(), &frame, sizeof(frame), MSG_NOSIGNAL),
              static_cast<ssize_t>(sizeof(frame)));
  }
  void print(const char* text) const {
    ASSERT_EQ(::write(stdout.get(), text, std::strlen(text)),
              static_cast<ssize_t>(std::strlen(text)));
  }
  // The lengths of the headers that have come down the channel without a message.
  std::vector<uint32_t> words() const {
    std::vector<uint32_t> lengths;
    WorkerJobHeader header;
    while (::recv(channel.get(), &header, sizeof(header), MSG_DONTWAIT) > 0) {
      lengths.push_back(header.byteLength);
    }
    return lengths;
  }
};

class Players {
 public:
  explicit Players(UvAsyncIo& io) : io_(io), reaper_(io.port()) { ::signal(SIGPIPE, SIG_IGN); }

  PlayedWorker newWorker(bool executesPrograms = false, pid_t forkedBy = ::getpid()) {
    auto sandbox = kj::heap<FakeSandbox>(partsOf(reaper_, nextId_++));
    auto& borrowed = *sandbox;
    auto& meter = dynamic_cast<FakeMeter&>(sandbox->meter());
    auto ends = newWorkerEnds();
    OwnedFd channel = kj::mv(ends.workerChannel), input = kj::mv(ends.workerStdin),
            output = kj::mv(ends.workerStdout), errors = kj::mv(ends.workerStderr);
    auto handle =
        kj::heap<WorkerHandle>(io_.port(), SlotLease(owner_, kj::mv(sandbox)),
                               newPausedChild(reaper_, forkedBy), kj::mv(ends), executesPrograms);
    return {kj::mv(handle), borrowed,       meter,         kj::mv(channel),
            kj::mv(input),  kj::mv(output), kj::mv(errors)};
  }
  KeepingOwner& owner() { return owner_; }
  Reaper& reaper() { return reaper_; }
  // Kills it from outside, and returns when the supervisor knows.
  void lose(WorkerHandle& worker) {
    auto ended = worker.onExit();
    ::kill(worker.pid(), SIGKILL);
    ended.wait(io_.waitScope());
    io_.waitScope().poll();
  }

 private:
  UvAsyncIo& io_;
  Reaper reaper_;
  KeepingOwner owner_;
  uint32_t nextId_ = 0;
};

// The test says when workers are there.
class PlayedLauncher final : public WorkerLauncher {
 public:
  kj::Promise<kj::Own<WorkerHandle>> launch(ForkSource&) override { return wait(launches); }
  kj::Promise<kj::Own<WorkerHandle>> launchCold(ForkSource&) override { return wait(coldLaunches); }

  using Waiting = std::deque<kj::Own<kj::PromiseFulfiller<kj::Own<WorkerHandle>>>>;
  Waiting launches, coldLaunches;

 private:
  static kj::Promise<kj::Own<WorkerHandle>> wait(Waiting& waiting) {
    auto paf = kj::newPromiseAndFulfiller<kj::Own<WorkerHandle>>();
    waiting.push_back(kj::mv(paf.fulfiller));
    return kj::mv(paf.promise);
  }
};

}  // namespace brood::supervisor
