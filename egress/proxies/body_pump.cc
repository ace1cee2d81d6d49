#include "egress/proxies/body_pump.h"

#include <kj/debug.h>

#include <cstdio>

namespace brood::egress {
namespace {

std::string chunkHead(size_t size) {
  char head[24];
  std::snprintf(head, sizeof(head), "%zx\r\n", size);
  return head;
}

}  // namespace

template <bool isRequest>
kj::Promise<void> BodyPump<isRequest>::run() {
  size_t produced = 0;
  const size_t taken = reader_.feedBody(from_.bytes(), {room_.begin(), room_.size()}, produced);
  from_.consume(taken);
  KJ_REQUIRE(!reader_.problem(), "the body is malformed");
  if (produced > 0) return write(produced).then([this] { return run(); });
  if (reader_.isDone()) {
    if (!writesChunks_) return kj::READY_NOW;
    static constexpr char kLastChunk[] = "0\r\n\r\n";
    return to_.write(kLastChunk, sizeof(kLastChunk) - 1);
  }
  if (taken > 0) return run();
  return readOn();
}

template <bool isRequest>
kj::Promise<void> BodyPump<isRequest>::write(size_t count) {
  silence_.notePassage();
  const auto passing = isRequest ? Direction::up : Direction::down;
  return meter_.pass(passing, count).then([this, count] {
    if (!writesChunks_) return to_.write(room_.begin(), count);
    chunk_ = chunkHead(count);
    chunk_.append(room_.begin(), count).append("\r\n");
    return to_.write(chunk_.data(), chunk_.size());
  });
}

template <bool isRequest>
kj::Promise<void> BodyPump<isRequest>::readOn() {
  return from_.readMore().then([this](bool hasMore) {
    if (!hasMore) reader_.feedEnd();
    KJ_REQUIRE(!reader_.problem(), "the body ends before its end");
    return run();
  });
}

template class BodyPump<true>;
template class BodyPump<false>;

}  // namespace brood::egress
