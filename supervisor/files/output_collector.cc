#include "supervisor/files/output_collector.h"

#include <kj/debug.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>

namespace brood::supervisor {
namespace {
// A pipe's default capacity (pipe(7)): one read empties it.
constexpr size_t kReadBytes = 64 * 1024;
}  // namespace

OutputCollector::OutputCollector(int fd, UvFdObserver& observer, rpc::OutputStream stream,
                                 uint64_t capBytes, kj::Maybe<rpc::OutputSink::Client&> sink)
    : fd_(fd), observer_(observer), stream_(stream), capBytes_(capBytes), sink_(sink) {}

kj::Promise<void> OutputCollector::whenOverCap() {
  auto paf = kj::newPromiseAndFulfiller<void>();
  overCapFulfiller_ = kj::mv(paf.fulfiller);
  pumping_ = pump().eagerlyEvaluate(
      [this](kj::Exception&& exception) { overCapFulfiller_->reject(kj::mv(exception)); });
  return kj::mv(paf.promise);
}

OutputCollector::ReadEnd OutputCollector::readOnce() {
  kj::byte buffer[kReadBytes];
  ssize_t count;
  // Any other failure is no end: a result without its output would look like a job without any.
  KJ_NONBLOCKING_SYSCALL(count = ::read(fd_, buffer, sizeof(buffer)), "a job's output");
  if (count < 0) return ReadEnd::wouldBlock;
  if (count == 0) return ReadEnd::endOfFile;

  const auto room = static_cast<size_t>(capBytes_ - takenBytes_);
  const size_t taken = std::min(static_cast<size_t>(count), room);
  if (taken < static_cast<size_t>(count)) overCap_ = true;
  takenBytes_ += taken;
  droppedBytes_ += static_cast<size_t>(count) - taken;
  auto bytes = kj::arrayPtr(buffer, taken);
  if (sink_ == nullptr) {
    kept_.addAll(bytes);
  } else {
    chunk_ = kj::heapArray<kj::byte>(bytes);
  }
  return ReadEnd::chunk;
}

kj::Promise<void> OutputCollector::forwardChunk() {
  KJ_IF_MAYBE (sink, sink_) {
    if (chunk_.size() == 0) return kj::READY_NOW;
    auto request = sink->outputRequest(capnp::MessageSize{chunk_.size() / 8 + 16, 0});
    request.setStream(stream_);
    request.setData(chunk_);
    chunk_ = nullptr;
    return request.send();
  }
  return kj::READY_NOW;
}

kj::Promise<void> OutputCollector::pump() {
  if (finishing_) return kj::READY_NOW;
  return observer_.whenReadable().then([this]() -> kj::Promise<void> {
    const ReadEnd end = readOnce();
    if (end == ReadEnd::endOfFile) return kj::READY_NOW;
    if (end == ReadEnd::wouldBlock) return pump();
    return forwardChunk().then([this]() -> kj::Promise<void> {
      if (overCap_) {
        overCapFulfiller_->fulfill();
        return kj::READY_NOW;
      }
      return pump();
    });
  });
}

// Read and sent in one go, so that nothing which the pump reads later can come before it.
kj::Promise<void> OutputCollector::forwardPresent() {
  int present = 0;
  KJ_SYSCALL(::ioctl(fd_, FIONREAD, &present), "a job's output");
  kj::Vector<kj::Promise<void>> sent;
  const uint64_t end = writtenBytes() + static_cast<unsigned>(present);
  while (!overCap_ && writtenBytes() < end && readOnce() == ReadEnd::chunk) {
    sent.add(forwardChunk());
  }
  if (sent.empty()) return kj::READY_NOW;
  auto& sending = present_.emplace(kj::joinPromises(sent.releaseAsArray()).fork());
  return sending.addBranch().then([this]() {
    if (overCap_) overCapFulfiller_->fulfill();
  });
}

void OutputCollector::finish() {
  finishing_ = true;
  pumping_ = nullptr;
  if (sink_ == nullptr) {
    while (!overCap_ && readOnce() == ReadEnd::chunk) {
    }
    return;
  }
  // Nothing slows down a writer that lives on while we send: no more than is there now.
  int inPipe = 0;
  KJ_SYSCALL(::ioctl(fd_, FIONREAD, &inPipe), "a job's output");
  const uint64_t end = writtenBytes() + static_cast<uint64_t>(inPipe);
  while (!overCap_ && writtenBytes() < end && readOnce() == ReadEnd::chunk) {
    // A sink that is gone has its caller cancel the job.
    lastSent_.push_back(forwardChunk().eagerlyEvaluate([](kj::Exception&&) {}));
  }
}

}  // namespace brood::supervisor
