#pragma once
// Zygotes whose processes pause; the test speaks for them.

#include <capnp/message.h>
#include <capnp/serialize.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <poll.h>

#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "rpc/loop/uv_io.h"
#include "rpc/wire/fd_passing.h"
#include "supervisor/base/posix.h"
#include "supervisor/zygotes/zygote_host.h"
#include "tests/unit/supervisor/processes/paused_child.h"

namespace brood::supervisor {

// One zygote, from its start on.
class StagedZygote {
 public:
  StagedZygote(pid_t pid, OwnedFd control)
      : pid_(pid), pidfd_(pidfdOf(pid)), control_(kj::mv(control)) {}
  ~StagedZygote() { signalPidfd(pidfd_.get(), SIGKILL); }

  pid_t pid() const { return pid_; }
  // The next request that has been sent to it, by its id.
  uint64_t hear() {
    auto outcome = receiveMessage(control_.get());
    KJ_REQUIRE(outcome.kind == ReceiveOutcome::Kind::message, "nobody has asked the zygote");
    auto& bytes = outcome.message.bytes;
    auto words = kj::heapArray<capnp::word>(bytes.size() / sizeof(capnp::word));
    std::memcpy(words.begin(), bytes.begin(), bytes.size());
    capnp::FlatArrayMessageReader reader(words);
    auto request = reader.getRoot<wire::ZygoteRequest>();
    lastKind = request.which();
    return request.getRequestId();
  }
  // Whether the supervisor has closed its half, which tells a zygote to end.
  bool isToldToEnd() {
    for (;;) {
      const auto kind = receiveMessage(control_.get()).kind;
      if (kind != ReceiveOutcome::Kind::message) return kind == ReceiveOutcome::Kind::endOfFile;
    }
  }
  bool isAsked() const {
    pollfd readable{control_.get(), POLLIN, 0};
    return ::poll(&readable, 1, 0) == 1;
  }

  void say(const std::function<void(wire::ZygoteEvent::Builder)>& fill, int fd = -1) const {
    capnp::MallocMessageBuilder message;
    fill(message.initRoot<wire::ZygoteEvent>());
    auto words = capnp::messageToFlatArray(message);
    KJ_REQUIRE(sendMessage(control_.get(), words.asBytes(), {&fd, fd < 0 ? 0u : 1u}));
  }
  void sayReady(const std::string& version = "1", const std::vector<std::string>& words = {}) {
    hear();
    say([&](auto event) {
      auto ready = event.initReady();
      ready.setVersion(version.c_str());
      auto list = ready.initLargeJobWords(static_cast<unsigned>(words.size()));
      for (unsigned i = 0; i < words.size(); ++i) list.set(i, words[i].c_str());
    });
  }
  // Answers the next request with a worker, which it returns.
  pid_t fork() { return forkFor(hear()); }
  pid_t forkFor(uint64_t requestId) const {
    const pid_t worker = forkPaused();
    const OwnedFd pidfd = pidfdOf(worker);
    say(
        [&](auto event) {
          event.setRequestId(requestId);
          event.initWorkerForked().setPid(worker);
        },
        pidfd.get());
    return worker;
  }
  void sayFailed(uint64_t requestId, const char* layer, const char* detail) const {
    say([&](auto event) {
      event.setRequestId(requestId);
      auto failed = event.initFailed();
      failed.setLayer(layer);
      failed.setDetail(detail);
    });
  }
  void sayExited(pid_t worker, int waitStatus) const {
    say([&](auto event) {
      auto exited = event.initExited();
      exited.setPid(worker);
      exited.setWaitStatus(waitStatus);
      exited.setUserMicros(30);
      exited.setSystemMicros(12);
    });
  }

  // Somebody has killed it, or is about to: its half of the socket goes with it.
  void close() {
    waitForEnd(pid_);
    control_.reset();
  }
  void die() {
    signalPidfd(pidfd_.get(), SIGKILL);
    close();
  }

  wire::ZygoteRequest::Which lastKind = wire::ZygoteRequest::WARM_UP;

 private:
  const pid_t pid_;
  OwnedFd pidfd_, control_;
};

// All that have been started, in their order.
struct StagedZygotes {
  ZygoteOptions options(const char* name) {
    return {.name = name,
            .binary = "/nowhere",
            .fillWarmUp = [](auto request) { request.setProfile("staged"); },
            .spawn = [this](const auto&, int controlFd, const auto&) { return spawn(controlFd); }};
  }
  pid_t spawn(int controlFd) {
    OwnedFd theirs(::fcntl(controlFd, F_DUPFD_CLOEXEC, 0));
    ::fcntl(theirs.get(), F_SETFL, O_NONBLOCK);
    const pid_t pid = forkPaused();
    started.push_back(std::make_unique<StagedZygote>(pid, kj::mv(theirs)));
    return pid;
  }
  StagedZygote& last() { return *started.back(); }

  std::vector<std::unique_ptr<StagedZygote>> started;
};

}  // namespace brood::supervisor
