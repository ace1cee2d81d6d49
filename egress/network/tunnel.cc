#include "egress/network/tunnel.h"

namespace brood::egress {
namespace {

// A way on which little passes keeps a small buffer; one whose reads fill it gets a larger one.
constexpr size_t kSmallestBuffer = 8 * 1024;
constexpr size_t kLargestBuffer = 64 * 1024;

}  // namespace

kj::Promise<void> SilenceWatch::whenSilent() {
  if (longest_ <= 0 * kj::SECONDS) return kj::NEVER_DONE;
  const auto silence = timer_.now() - last_;
  if (silence >= longest_) return kj::READY_NOW;
  return timer_.afterDelay(longest_ - silence).then([this] { return whenSilent(); });
}

Tunnel::Tunnel(kj::AsyncIoStream& job, kj::AsyncIoStream& server, PassageMeter& meter,
               SilenceWatch& silence)
    : meter_(meter),
      silence_(silence),
      up_{job, server, Direction::up, nullptr},
      down_{server, job, Direction::down, nullptr} {}

void Tunnel::openDown() { run(down_, pump(down_, kSmallestBuffer)); }

void Tunnel::openUp(std::string first) { run(up_, passFirst(std::move(first))); }

kj::Promise<void> Tunnel::whenEnded() {
  return kj::mv(ended_.promise).exclusiveJoin(silence_.whenSilent());
}

// The whole ends with a way that breaks, and with the second that is done.
void Tunnel::run(Way& way, kj::Promise<void> passing) {
  way.pump = passing
                 .then(
                     [this, &way] {
                       if (--open_ == 0) ended_.fulfiller->fulfill();
                       way.buffer = nullptr;
                     },
                     [this](kj::Exception&&) { ended_.fulfiller->fulfill(); })
                 .eagerlyEvaluate(nullptr);
}

kj::Promise<void> Tunnel::passFirst(std::string first) {
  if (first.empty()) return pump(up_, kSmallestBuffer);
  silence_.notePassage();
  auto bytes =
      kj::heapArray<kj::byte>(reinterpret_cast<const kj::byte*>(first.data()), first.size());
  return meter_.pass(Direction::up, bytes.size())
      .then([this, bytes = bytes.asPtr()] { return up_.to.write(bytes.begin(), bytes.size()); })
      .attach(kj::mv(bytes))
      .then([this] { return pump(up_, kSmallestBuffer); });
}

kj::Promise<void> Tunnel::pump(Way& way, size_t wanted) {
  if (way.buffer.size() != wanted) way.buffer = kj::heapArray<kj::byte>(wanted);
  return way.from.tryRead(way.buffer.begin(), 1, wanted)
      .then([this, &way, wanted](size_t count) -> kj::Promise<void> {
        silence_.notePassage();
        if (count == 0) {
          way.to.shutdownWrite();
          return kj::READY_NOW;
        }
        const size_t next = count == wanted ? kj::min(2 * wanted, kLargestBuffer) : kSmallestBuffer;
        return meter_.pass(way.direction, count)
            .then([&way, count] { return way.to.write(way.buffer.begin(), count); })
            .then([this, &way, next] { return pump(way, next); });
      });
}

}  // namespace brood::egress
