#include "egress/broker/slot.h"

#include <kj/debug.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>

#include "base/plain_text.h"

namespace brood::egress {
namespace {

// Connections before there is a job wait for one: the supervisor says so before the job can run,
// but the loop may see the connection first.
constexpr auto kLongestWaitForJob = 2 * kj::SECONDS;
// Out of descriptors, say: wait for some to come back instead of spinning.
constexpr auto kAcceptPause = 100 * kj::MILLISECONDS;
// So that one slot's flood leaves the loop to others.
constexpr int kMostAcceptedAtOnce = 16;
// Connections over a limit that are being told so at the same time; more are just closed.
constexpr uint32_t kMostTurnedAway = 8;

using Provider = kj::LowLevelAsyncIoProvider;

bool isPassing(int error) { return error == ECONNABORTED || error == EINTR || error == EPROTO; }

}  // namespace

struct Slot::Listener {
  Listener(UvEventPort& port, OwnedFd fd, ListenerRole what)
      : socket(std::move(fd)),
        role(std::move(what)),
        observer(port, socket.get(), UvFdObserver::Interest::read) {}

  OwnedFd socket;
  const ListenerRole role;
  UvFdObserver observer;
  kj::Promise<void> accepting = nullptr;
};

Slot::Slot(UvEventPort& port, const Services& services, Counters& counters, ConnectionTotal& total,
           spdlog::logger& logger)
    : port_(port),
      services_(services),
      counters_(counters),
      total_(total),
      logger_(logger),
      connections_(*this) {}

Slot::~Slot() noexcept(false) = default;

void Slot::addListener(OwnedFd socket, ListenerRole role) {
  auto listener = kj::heap<Listener>(port_, std::move(socket), std::move(role));
  listener->accepting = acceptFrom(*listener).eagerlyEvaluate(
      [this](kj::Exception&& exception) { taskFailed(kj::mv(exception)); });
  listeners_.push_back(kj::mv(listener));
}

void Slot::startJob(const JobLimits& limits, Narrowing narrowing, TenantUse& tenant) {
  job_ = kj::heap<Job>(limits, std::move(narrowing), tenant, services_.timer, counters_);
  started_.fulfiller->fulfill();
}

kj::Maybe<Job&> Slot::job() {
  KJ_IF_MAYBE (job, job_) return **job;
  return nullptr;
}

kj::Promise<void> Slot::acceptFrom(Listener& listener) {
  return listener.observer.whenReadable().then([this, &listener]() -> kj::Promise<void> {
    for (int i = 0; i < kMostAcceptedAtOnce; ++i) {
      OwnedFd socket(
          ::accept4(listener.socket.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
      if (socket) {
        take(listener, std::move(socket));
      } else if (errno == EAGAIN) {
        break;
      } else if (!isPassing(errno)) {
        return services_.timer.afterDelay(kAcceptPause).then([this, &listener] {
          return acceptFrom(listener);
        });
      }
    }
    // Others' events come first.
    return kj::evalLast([this, &listener] { return acceptFrom(listener); });
  });
}

void Slot::take(Listener& listener, OwnedFd socket) {
  const int on = 1;
  ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  auto stream = services_.io.wrapSocketFd(socket.release(), Provider::TAKE_OWNERSHIP |
                                                                Provider::ALREADY_CLOEXEC |
                                                                Provider::ALREADY_NONBLOCK);
  if (hasJob()) {
    serve(listener.role, kj::mv(stream));
    return;
  }
  if (turnedAway_ >= kMostTurnedAway) return;
  ++turnedAway_;
  auto waiting = hasJob_.addBranch().then([this, &listener, stream = kj::mv(stream)]() mutable {
    serve(listener.role, kj::mv(stream));
  });
  connections_.add(waiting.exclusiveJoin(services_.timer.afterDelay(kLongestWaitForJob))
                       .attach(kj::defer([this] { --turnedAway_; })));
}

void Slot::serve(const ListenerRole& role, kj::Own<kj::AsyncIoStream> stream) {
  Job& job = *KJ_REQUIRE_NONNULL(job_);
  if (total_.now >= services_.settings->connections) {
    turnAwayFrom(role, kj::mv(stream),
                 {"limit", "egress.connections", "the broker has as many connections as it may"});
    return;
  }
  const auto attendTo = [&](LiveConnection& connection) -> kj::Promise<void> {
    const ClientContext context{services_, job, connection};
    ++total_.now;
    auto leave = kj::defer([this] { --total_.now; });
    auto served = [&] {
      switch (role.kind) {
        case ListenerRole::Kind::http:
          return serveHttpProxy(context, kj::mv(stream));
        case ListenerRole::Kind::socks:
          return serveSocks(context, kj::mv(stream));
        case ListenerRole::Kind::alias:
          return serveAliases(context, kj::mv(stream));
        case ListenerRole::Kind::named:
          return serveNamedPort(context, kj::mv(stream), role.host, role.port);
      }
      KJ_UNREACHABLE;
    };
    return kj::evalNow(served).attach(kj::mv(leave));
  };
  if (const auto refusal = job.admit(attendTo, connections_)) {
    job.noteDenied("", 0, *refusal);
    turnAwayFrom(role, kj::mv(stream), *refusal);
  }
}

void Slot::turnAwayFrom(const ListenerRole& role, kj::Own<kj::AsyncIoStream> stream,
                        const Refusal& refusal) {
  const bool speaksHttp =
      role.kind == ListenerRole::Kind::http || role.kind == ListenerRole::Kind::alias;
  if (!speaksHttp || turnedAway_ >= kMostTurnedAway) return;
  ++turnedAway_;
  connections_.add(turnAway(services_.timer, kj::mv(stream), refusal).attach(kj::defer([this] {
    --turnedAway_;
  })));
}

void Slot::taskFailed(kj::Exception&& exception) {
  logger_.debug("connection: {}", plainText(exception));
}

}  // namespace brood::egress
