#include "gateway/jobs/supervisor_link.h"

#include <algorithm>

#include "base/plain_text.h"

namespace brood::gateway {
namespace {

constexpr auto kFirstPause = 10 * kj::MILLISECONDS;
constexpr auto kLongestPause = 1 * kj::SECONDS;

}  // namespace

struct SupervisorLink::Session {
  Session(kj::Own<kj::AsyncIoStream> connected, const capnp::ReaderOptions& options)
      : stream(kj::mv(connected)),
        network(*stream, capnp::rpc::twoparty::Side::CLIENT, options),
        system(capnp::makeRpcClient(network)),
        supervisor(bootstrap()) {}

  rpc::Supervisor::Client bootstrap() {
    capnp::MallocMessageBuilder message;
    auto vat = message.initRoot<capnp::rpc::twoparty::VatId>();
    vat.setSide(capnp::rpc::twoparty::Side::SERVER);
    return system.bootstrap(vat).castAs<rpc::Supervisor>();
  }

  kj::Own<kj::AsyncIoStream> stream;
  capnp::TwoPartyVatNetwork network;
  capnp::RpcSystem<capnp::rpc::twoparty::VatId> system;
  rpc::Supervisor::Client supervisor;
};

SupervisorLink::SupervisorLink(kj::Network& network, kj::Timer& timer, std::string socketPath,
                               const capnp::ReaderOptions& options, spdlog::logger& logger)
    : network_(network),
      timer_(timer),
      socketPath_(std::move(socketPath)),
      options_(options),
      logger_(logger),
      pause_(kFirstPause) {
  running_ = keepConnected().eagerlyEvaluate(nullptr);
}

SupervisorLink::~SupervisorLink() noexcept(false) = default;

kj::Maybe<rpc::Supervisor::Client> SupervisorLink::supervisor() {
  KJ_IF_MAYBE (session, session_) {
    return (*session)->supervisor;
  }
  return nullptr;
}

kj::Promise<void> SupervisorLink::whenChanged() {
  auto pair = kj::newPromiseAndFulfiller<void>();
  watcher_ = kj::mv(pair.fulfiller);
  return kj::mv(pair.promise);
}

kj::Promise<void> SupervisorLink::keepConnected() {
  return kj::evalNow([this] { return connect(); })
      .catch_([this](kj::Exception&& exception) {
        // Once per outage: the retries would fill the log.
        if (!complained_) {
          logger_.warn("no supervisor at {}: {}; retrying", socketPath_, plainText(exception));
        }
        complained_ = true;
      })
      .then([this] { return timer_.afterDelay(pause_); })
      .then([this] {
        pause_ = std::min(pause_ * 2, kLongestPause);
        return keepConnected();
      });
}

kj::Promise<void> SupervisorLink::connect() {
  return network_.parseAddress(kj::str("unix:", socketPath_.c_str()))
      .then([](kj::Own<kj::NetworkAddress> address) {
        auto connected = address->connect();
        return connected.attach(kj::mv(address));
      })
      .then([this](kj::Own<kj::AsyncIoStream> stream) {
        logger_.info("connected to the supervisor at {}", socketPath_);
        auto session = kj::heap<Session>(kj::mv(stream), options_);
        auto disconnected = session->network.onDisconnect();
        session_ = kj::mv(session);
        pause_ = kFirstPause;
        complained_ = false;
        changed();
        return disconnected;
      })
      // One turn later, so that the session is not destroyed from within its own event.
      .then([] { return kj::evalLater([] {}); })
      .then([this] {
        logger_.warn("lost the supervisor; reconnecting");
        session_ = nullptr;
        changed();
      });
}

void SupervisorLink::changed() {
  KJ_IF_MAYBE (watcher, watcher_) {
    (*watcher)->fulfill();
  }
  watcher_ = nullptr;
}

}  // namespace brood::gateway
