#include "supervisor/sessions/command.h"

#include <errno.h>
#include <kj/debug.h>
#include <spdlog/spdlog.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "base/plain_text.h"
#include "base/text.h"
#include "supervisor/base/clock.h"

namespace brood::supervisor {
namespace {

constexpr size_t kReadBytes = 64 * 1024;
// Input that a program has not read yet, beyond what its pipe holds.
constexpr size_t kMostInputWaiting = 4 << 20;
// One in the background that writes without end gets this much of the loop.
constexpr auto kPause = 1 * kj::MILLISECONDS;

RejectionInfo conflict(const char* code, std::string message, const char* field) {
  return {rpc::RejectionKind::CONFLICT, code, std::move(message), field, 0};
}

}  // namespace

Command::Command(SessionGround& ground, std::string id, CommandOrder order, const JobLimits& limits)
    : ground_(ground),
      id_(std::move(id)),
      order_(kj::mv(order)),
      startedUnixMs_(unixNowMs()),
      ring_(ground.config.sessions.replayBytes),
      startedAt_(monotonicNow()),
      ended_(nullptr),
      writing_(kj::Promise<void>(kj::READY_NOW).fork()) {
  facts_.limits = limits;
  facts_.limits.wallTimeMs = order_.timeoutMs;
  auto paf = kj::newPromiseAndFulfiller<void>();
  tellEnded_ = kj::mv(paf.fulfiller);
  ended_ = paf.promise.fork();
}

Command::~Command() noexcept(false) {
  running_ = nullptr;
  leaving_ = nullptr;
  clock_ = nullptr;
  writing_ = kj::Promise<void>(kj::READY_NOW).fork();
  for (auto& stream : streams_) stream.pumping = nullptr;
}

kj::Maybe<SessionWorker&> Command::worker() {
  if (worker_.get() == nullptr) return nullptr;
  return *worker_;
}

int Command::fdOf(const Stream& stream) {
  auto& pipes = worker_->pipes();
  return stream.name == rpc::OutputStream::STDOUT ? pipes.stdoutFd() : pipes.stderrFd();
}

UvFdObserver& Command::observerOf(const Stream& stream) {
  auto& pipes = worker_->pipes();
  return stream.name == rpc::OutputStream::STDOUT ? pipes.stdoutObserver() : pipes.stderrObserver();
}

void Command::begin(kj::Own<SessionWorker> worker) {
  worker_ = kj::mv(worker);
  startedAt_ = monotonicNow();
  for (auto& stream : streams_) {
    stream.pumping = pump(stream).eagerlyEvaluate([this](kj::Exception&& why) {
      // The caller's sink, most likely, and the call with it.
      if (why.getType() != kj::Exception::Type::DISCONNECTED) {
        spdlog::warn("a command's output: {}", plainText(why));
      }
    });
  }
  auto input = kj::heapArray<kj::byte>(asData(order_.input));
  order_.input.clear();
  writing_ = write(kj::mv(input)).fork();
  if (!order_.keepsInputOpen) {
    writing_ = writing_.addBranch().then([this]() { worker_->pipes().closeStdin(); }).fork();
  }
  if (order_.timeoutMs != 0) {
    clock_ = ground_.clock.afterDelay(order_.timeoutMs * kj::MILLISECONDS)
                 .then([this]() { end(EndCause::timeout); })
                 .eagerlyEvaluate(nullptr);
  }
  running_ = run().eagerlyEvaluate(
      [](kj::Exception&& why) { spdlog::error("a session's command: {}", plainText(why)); });
}

kj::Promise<void> Command::run() {
  return worker_->onExit().then([this](ProcessExit exit) {
    facts_.waitStatusKnown = exit.known;
    facts_.waitStatus = exit.waitStatus;
    conclude();
  });
}

void Command::conclude() {
  clock_ = nullptr;
  for (auto& stream : streams_) {
    stream.pumping = nullptr;
    drain(stream);
  }
  facts_.wallMicros = microsBetween(startedAt_, monotonicNow());
  facts_.outputBytes = std::max(streams_[0].bytes, streams_[1].bytes);
  facts_.usage = ground_.counters.take(ground_.sandbox.meter().usage());
  facts_.usage.cpuMicros = 0;
  facts_.cause = wish_.value_or(EndCause::exited);
  verdict_ = judge(facts_);
  // What it has put into the background lives on, if that has pipes of its own.
  if (!wish_) worker_->letGo();
  hasEnded_ = true;
  ring_.end();
  tellEnded_->fulfill();
  // Nothing of the worker may be on the stack when it is destroyed.
  leaving_ = kj::evalLater([this]() {
               writing_ = kj::Promise<void>(kj::READY_NOW).fork();
               worker_ = nullptr;
             }).eagerlyEvaluate(nullptr);
}

kj::Promise<void> Command::pump(Stream& stream) {
  return observerOf(stream).whenReadable().then([this, &stream]() -> kj::Promise<void> {
    kj::Promise<void> taken = kj::READY_NOW;
    switch (readOnce(stream, taken)) {
      case Read::end:
        return kj::READY_NOW;
      case Read::nothing:
        return pump(stream);
      case Read::some:
        break;
    }
    if (order_.isBackground) taken = ground_.timer.afterDelay(kPause);
    return taken.then([this, &stream]() { return pump(stream); });
  });
}

Command::Read Command::readOnce(Stream& stream, kj::Promise<void>& taken) {
  kj::byte buffer[kReadBytes];
  ssize_t count;
  do {
    count = ::read(fdOf(stream), buffer, sizeof(buffer));
  } while (count < 0 && errno == EINTR);
  if (count < 0 && errno == EAGAIN) return Read::nothing;
  if (count <= 0) return Read::end;
  taken = take(stream, kj::arrayPtr(buffer, static_cast<size_t>(count)));
  return Read::some;
}

// Resolves when the caller's sink has taken it.
kj::Promise<void> Command::take(Stream& stream, kj::ArrayPtr<const kj::byte> bytes) {
  if (!order_.isBackground) {
    const uint64_t cap = facts_.limits.outputBytes;
    const uint64_t room = cap - std::min(cap, stream.bytes);
    stream.bytes += bytes.size();
    if (bytes.size() > room) {
      stream.isOver = true;
      bytes = bytes.slice(0, room);
      end(EndCause::outputLimit);
    }
    if (bytes.size() == 0) return kj::READY_NOW;
  }
  ring_.add(stream.name, bytes);
  if (order_.isBackground) return kj::READY_NOW;
  KJ_IF_MAYBE (sink, order_.sink) {
    auto request = sink->outputRequest(capnp::MessageSize{bytes.size() / 8 + 16, 0});
    request.setStream(stream.name);
    request.setData(bytes);
    return request.send();
  }
  stream.kept.append(bytes.asChars().begin(), bytes.size());
  return kj::READY_NOW;
}

// No more than is there now: what it has left in the background may go on writing.
void Command::drain(Stream& stream) {
  int present = 0;
  if (::ioctl(fdOf(stream), FIONREAD, &present) < 0) return;
  for (; present > 0; present -= static_cast<int>(kReadBytes)) {
    kj::Promise<void> taken = kj::READY_NOW;
    if (readOnce(stream, taken) != Read::some) return;
    drained_.add(kj::mv(taken));
  }
}

void Command::fail(std::string why) {
  verdict_.message = std::move(why);
  hasEnded_ = true;
  ring_.end();
  tellEnded_->fulfill();
}

void Command::end(EndCause cause) {
  if (hasEnded_ || wish_) return;
  wish_ = cause;
  if (worker_.get() != nullptr) worker_->end();
}

void Command::noteDeniedCall(const std::string& name) {
  if (facts_.deniedCall.empty()) facts_.deniedCall = name;
  end(EndCause::deniedCall);
}

void Command::signal(int number) {
  if (worker_.get() != nullptr) worker_->signal(number);
}

kj::Promise<void> Command::write(kj::Array<kj::byte> data) {
  if (data.size() == 0 || worker_.get() == nullptr) return kj::READY_NOW;
  inputWaiting_ += data.size();
  auto bytes = data.asPtr().asConst();
  return worker_->pipes()
      .writeStdin(bytes)
      .catch_([](kj::Exception&&) {})
      .attach(kj::defer([this, size = data.size()]() { inputWaiting_ -= size; }), kj::mv(data));
}

kj::Promise<kj::Maybe<RejectionInfo>> Command::writeInput(kj::Array<kj::byte> data,
                                                          bool thenClose) {
  using Result = kj::Maybe<RejectionInfo>;
  if (hasEnded_ || worker_.get() == nullptr) {
    return Result(conflict("command_ended", "command '" + id_ + "' has ended", "id"));
  }
  if (!order_.keepsInputOpen) {
    return Result(conflict("input_closed", "the input of command '" + id_ + "' is closed", "id"));
  }
  if (inputWaiting_ + data.size() > kMostInputWaiting) {
    return Result(conflict("input_full",
                           "command '" + id_ + "' has " + std::to_string(inputWaiting_) +
                               " bytes of input that it does not read",
                           "data"));
  }
  if (thenClose) order_.keepsInputOpen = false;
  writing_ = writing_.addBranch()
                 .then([this, data = kj::mv(data)]() mutable { return write(kj::mv(data)); })
                 .then([this, thenClose]() {
                   if (thenClose && worker_.get() != nullptr) worker_->pipes().closeStdin();
                 })
                 .fork();
  return writing_.addBranch().exclusiveJoin(whenEnded()).then([]() { return Result(nullptr); });
}

kj::Promise<kj::Maybe<RejectionInfo>> Command::follow(rpc::CommandSink::Client sink) {
  return followFrom(std::make_shared<rpc::CommandSink::Client>(kj::mv(sink)), ring_.first());
}

kj::Promise<kj::Maybe<RejectionInfo>> Command::followFrom(
    std::shared_ptr<rpc::CommandSink::Client> sink, uint64_t number) {
  using Result = kj::Maybe<RejectionInfo>;
  if (number < ring_.first()) {
    return Result(conflict("reader_too_slow",
                           "the output has been written faster than it was read, and what comes "
                           "next is not kept any more",
                           ""));
  }
  if (number == ring_.next()) {
    if (ring_.hasEnded()) return Result(nullptr);
    return ring_.whenMore(number).then(
        [this, sink = std::move(sink), number]() { return followFrom(sink, number); });
  }
  const auto& piece = ring_.piece(number);
  auto request = sink->outputRequest(capnp::MessageSize{piece.bytes.size() / 8 + 16, 0});
  request.setStream(piece.stream);
  request.setData(asData(piece.bytes));
  return request.send().then(
      [this, sink = std::move(sink), number]() { return followFrom(sink, number + 1); });
}

}  // namespace brood::supervisor
