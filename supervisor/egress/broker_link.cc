#include "supervisor/egress/broker_link.h"

#include <fcntl.h>
#include <kj/debug.h>
#include <sys/socket.h>

#include "rpc/wire/fd_passing.h"

namespace brood::supervisor {
namespace {

OwnedFd nonBlocking(OwnedFd fd) {
  int flags;
  KJ_SYSCALL(flags = ::fcntl(fd.get(), F_GETFL));
  KJ_SYSCALL(::fcntl(fd.get(), F_SETFL, flags | O_NONBLOCK));
  return fd;
}

}  // namespace

BrokerLink::BrokerLink(UvEventPort& port, OwnedFd socket)
    : socket_(nonBlocking(kj::mv(socket))),
      observer_(port, socket_.get(), UvFdObserver::Interest::readWrite) {
  sender_.open(socket_.get(), observer_);
}

BrokerLink::~BrokerLink() noexcept(false) {
  sender_.close();
  for (auto& [id, fulfiller] : waiting_) {
    fulfiller->reject(KJ_EXCEPTION(DISCONNECTED, "brood-egress has ended"));
  }
}

kj::Promise<BrokerLink::Answer> BrokerLink::await(uint64_t requestId) {
  auto paf = kj::newPromiseAndFulfiller<Answer>();
  waiting_[requestId] = kj::mv(paf.fulfiller);
  return kj::mv(paf.promise);
}

kj::Promise<BrokerLink::Answer> BrokerLink::whenReady() { return await(0); }

kj::Promise<BrokerLink::Answer> BrokerLink::ask(const Fill& fill, std::vector<OwnedFd> fds) {
  capnp::MallocMessageBuilder message;
  auto request = message.initRoot<egress::wire::ToBroker>();
  const uint64_t id = nextId_++;
  request.setRequestId(id);
  fill(request);
  auto bytes = egress::toBytes(message);
  KJ_REQUIRE(bytes.size() <= kMaxControlMessageBytes, "too long for one message to brood-egress",
             bytes.size(), kMaxControlMessageBytes);
  std::vector<int> borrowed;
  for (const auto& fd : fds) borrowed.push_back(fd.get());
  auto answer = await(id);
  return kj::evalNow([&]() { return sender_.send(kj::mv(bytes), std::move(borrowed), []() {}); })
      .attach(kj::heap(std::move(fds)))
      .then([answer = kj::mv(answer)]() mutable { return kj::mv(answer); });
}

void BrokerLink::close() noexcept { ::shutdown(socket_.get(), SHUT_WR); }

kj::Promise<void> BrokerLink::run() {
  while (true) {
    auto outcome = receiveMessage(socket_.get());
    if (outcome.kind == ReceiveOutcome::Kind::endOfFile) return kj::READY_NOW;
    if (outcome.kind == ReceiveOutcome::Kind::wouldBlock) break;
    take(outcome.message.bytes);
  }
  return observer_.whenReadable().then([this]() { return run(); });
}

void BrokerLink::take(kj::ArrayPtr<const kj::byte> bytes) {
  auto message = kj::heap<egress::ControlMessage>(bytes);
  const auto found = waiting_.find(message->fromBroker().getRequestId());
  KJ_REQUIRE(found != waiting_.end(), "brood-egress answers what nobody has asked");
  auto fulfiller = kj::mv(found->second);
  waiting_.erase(found);
  fulfiller->fulfill(kj::mv(message));
}

}  // namespace brood::supervisor
