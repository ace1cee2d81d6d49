#include "egress/broker/control_server.h"

#include <fcntl.h>
#include <kj/debug.h>

#include "base/plain_text.h"
#include "rpc/wire/fd_passing.h"

namespace brood::egress {
namespace {

OwnedFd nonBlocking(OwnedFd fd) {
  int flags;
  KJ_SYSCALL(flags = ::fcntl(fd.get(), F_GETFL));
  KJ_SYSCALL(::fcntl(fd.get(), F_SETFL, flags | O_NONBLOCK));
  KJ_SYSCALL(::fcntl(fd.get(), F_SETFD, FD_CLOEXEC));
  return fd;
}

void setList(capnp::List<capnp::Text>::Builder list, const std::vector<std::string>& texts) {
  for (kj::uint i = 0; i < list.size(); ++i) list.set(i, texts[i].c_str());
}

void setOutcome(wire::FromBroker::Builder reply, const Broker::Problem& problem) {
  if (problem) {
    reply.setRefused(problem->c_str());
  } else {
    reply.setDone();
  }
}

}  // namespace

ControlServer::ControlServer(UvEventPort& port, OwnedFd socket, Broker& broker,
                             spdlog::logger& logger)
    : socket_(nonBlocking(std::move(socket))),
      observer_(port, socket_.get(), UvFdObserver::Interest::readWrite),
      broker_(broker),
      logger_(logger) {}

void ControlServer::sendReady(const Confinement& confinement) {
  capnp::MallocMessageBuilder message;
  auto ready = message.initRoot<wire::FromBroker>().initReady();
  const auto sizeOf = [](const auto& list) { return static_cast<kj::uint>(list.size()); };
  setList(ready.initLayers(sizeOf(confinement.layers)), confinement.layers);
  setList(ready.initMissing(sizeOf(confinement.missing)), confinement.missing);
  send(message);
}

kj::Promise<void> ControlServer::run() { return readOn(); }

kj::Promise<void> ControlServer::readOn() {
  while (true) {
    auto outcome = receiveMessage(socket_.get());
    if (outcome.kind == ReceiveOutcome::Kind::endOfFile) return kj::READY_NOW;
    if (outcome.kind == ReceiveOutcome::Kind::wouldBlock) break;
    take(outcome.message.bytes, kj::mv(outcome.message.fds));
  }
  return observer_.whenReadable().then([this] { return readOn(); });
}

void ControlServer::take(kj::ArrayPtr<const kj::byte> bytes, kj::Vector<OwnedFd> fds) {
  ControlMessage message(bytes);
  const auto request = message.toBroker();
  capnp::MallocMessageBuilder reply;
  auto root = reply.initRoot<wire::FromBroker>();
  root.setRequestId(request.getRequestId());
  KJ_IF_MAYBE (exception, kj::runCatchingExceptions([&] { answer(request, kj::mv(fds), root); })) {
    logger_.warn("control: {}", plainText(*exception));
    root.setRefused(plainText(*exception).c_str());
  }
  send(reply);
}

void ControlServer::answer(wire::ToBroker::Reader request, kj::Vector<OwnedFd> fds,
                           wire::FromBroker::Builder reply) {
  switch (request.which()) {
    case wire::ToBroker::CONFIGURE:
      setOutcome(reply, broker_.configure(request.getConfigure()));
      return;
    case wire::ToBroker::ADD_LISTENERS:
      setOutcome(reply, broker_.addListeners(request.getAddListeners(), kj::mv(fds)));
      return;
    case wire::ToBroker::START_JOB:
      setOutcome(reply, broker_.startJob(request.getStartJob()));
      return;
    case wire::ToBroker::END_JOB:
      broker_.endJob(request.getEndJob().getId(), reply.initReport());
      return;
    case wire::ToBroker::STATUS:
      broker_.writeStatus(reply.initStatus());
      return;
  }
  reply.setRefused("a request of an unknown kind");
}

void ControlServer::send(capnp::MessageBuilder& message) {
  unsent_.push_back(toBytes(message));
  if (unsent_.size() > 1) return;
  writing_ = writeOn().eagerlyEvaluate(
      [this](kj::Exception&& exception) { logger_.warn("control: {}", plainText(exception)); });
}

kj::Promise<void> ControlServer::writeOn() {
  while (!unsent_.empty()) {
    if (!sendMessage(socket_.get(), unsent_.front())) {
      return observer_.whenWritable().then([this] { return writeOn(); });
    }
    unsent_.pop_front();
  }
  return kj::READY_NOW;
}

}  // namespace brood::egress
