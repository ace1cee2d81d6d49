#include "zygote/control_events.h"

#include <capnp/message.h>
#include <capnp/serialize.h>
#include <kj/io.h>

#include "rpc/wire/fd_passing.h"
#include "rpc/wire/zygote.capnp.h"

namespace brood::zygote {
namespace {

void send(int controlFd, capnp::MessageBuilder& message, kj::ArrayPtr<const int> fds = nullptr) {
  auto words = capnp::messageToFlatArray(message);
  sendMessage(controlFd, words.asBytes(), fds);
}

// An event about one job, built in memory of the stack: while a worker shares the zygote's memory,
// each heap page that is written to is copied.
class SmallEvent {
 public:
  SmallEvent() : message_(kj::arrayPtr(scratch_, kWords)) {}

  wire::ZygoteEvent::Builder init() { return message_.initRoot<wire::ZygoteEvent>(); }

  void send(int controlFd, kj::ArrayPtr<const int> fds = nullptr) {
    capnp::word words[kWords + 1];  // With the table of segments.
    const size_t size = capnp::computeSerializedSizeInWords(message_);
    KJ_REQUIRE(size <= kWords + 1, "an event larger than expected", size);
    kj::ArrayOutputStream stream(kj::arrayPtr(words, size).asBytes());
    capnp::writeMessage(stream, message_);
    sendMessage(controlFd, stream.getArray(), fds);
  }

 private:
  static constexpr size_t kWords = 32;

  capnp::word scratch_[kWords]{};  // Cap'n Proto wants zeros.
  capnp::MallocMessageBuilder message_;
};

uint64_t toMicros(const timeval& time) { return time.tv_sec * 1'000'000ull + time.tv_usec; }

void fill(wire::Process::Builder process, pid_t pid, uint64_t elapsedMicros) {
  process.setPid(pid);
  process.setElapsedMicros(elapsedMicros);
}

}  // namespace

void ControlEvents::ready(uint64_t requestId, const WarmUpReport& report,
                          const std::vector<std::string>& largeJobWords, uint64_t warmUpMicros,
                          uint32_t threadCount, const OwnedFd& listener) const {
  capnp::MallocMessageBuilder message;
  auto event = message.initRoot<wire::ZygoteEvent>();
  event.setRequestId(requestId);
  auto ready = event.initReady();
  ready.setLanguage(report.language);
  ready.setVersion(report.version);
  auto loaded = ready.initLoaded(report.loaded.size());
  for (size_t i = 0; i < report.loaded.size(); ++i) loaded.set(i, report.loaded[i]);
  auto missing = ready.initMissing(report.missing.size());
  for (size_t i = 0; i < report.missing.size(); ++i) {
    missing[i].setLayer(report.missing[i].name);
    missing[i].setDetail(report.missing[i].reason);
  }
  ready.setWarmUpMicros(warmUpMicros);
  ready.setThreadCount(threadCount);
  auto words = ready.initLargeJobWords(static_cast<unsigned>(largeJobWords.size()));
  for (unsigned i = 0; i < words.size(); ++i) words.set(i, largeJobWords[i]);
  const int fd = listener.get();
  send(controlFd_, message, kj::arrayPtr(&fd, listener ? 1 : 0));
}

void ControlEvents::slotBuilt(uint64_t requestId, const BuiltSlot& slot,
                              uint64_t elapsedMicros) const {
  SmallEvent message;
  auto event = message.init();
  event.setRequestId(requestId);
  auto process = event.initSlotBuilt();
  fill(process, slot.initPid, elapsedMicros);
  process.setLayers(slot.layers.bits());
  const int pidfd = slot.initPidfd.get();
  message.send(controlFd_, kj::arrayPtr(&pidfd, 1));
}

void ControlEvents::workerForked(uint64_t requestId, pid_t pid, int pidfd,
                                 uint64_t elapsedMicros) const {
  SmallEvent message;
  auto event = message.init();
  event.setRequestId(requestId);
  fill(event.initWorkerForked(), pid, elapsedMicros);
  message.send(controlFd_, kj::arrayPtr(&pidfd, 1));
}

void ControlEvents::failed(uint64_t requestId, const StepFailure& failure,
                           kj::StringPtr detail) const {
  capnp::MallocMessageBuilder message;
  auto event = message.initRoot<wire::ZygoteEvent>();
  event.setRequestId(requestId);
  auto failed = event.initFailed();
  failed.setLayer(failure.layer);
  failed.setErrnoValue(failure.errnoValue);
  failed.setDetail(detail);
  send(controlFd_, message);
}

void ControlEvents::exited(pid_t pid, int waitStatus, const rusage& usage) const {
  SmallEvent message;
  auto exited = message.init().initExited();
  exited.setPid(pid);
  exited.setWaitStatus(waitStatus);
  exited.setUserMicros(toMicros(usage.ru_utime));
  exited.setSystemMicros(toMicros(usage.ru_stime));
  exited.setMaxRssBytes(usage.ru_maxrss * 1024ull);
  message.send(controlFd_);
}

}  // namespace brood::zygote
