#pragma once
// One slot's listeners, and the job whose connections come in by them.

#include <kj/async-io.h>
#include <spdlog/logger.h>

#include <string>
#include <vector>

#include "base/owned_fd.h"
#include "egress/proxies/client_connection.h"

namespace brood::egress {

// The purpose of a listener.
struct ListenerRole {
  enum class Kind { http, socks, alias, named } kind;
  // Only for Kind::named.
  std::string host;
  uint16_t port = 0;
};

// All jobs' connections together.
struct ConnectionTotal {
  uint32_t now = 0;
};

// Which listener has accepted is who a connection is from: sockets made in a slot's network
// namespace are reached from there only. A slot has one job and ends with it; everything that is
// open then is closed by the destructor.
class Slot final : private kj::TaskSet::ErrorHandler {
 public:
  // All borrowed.
  Slot(UvEventPort& port, const Services& services, Counters& counters, ConnectionTotal& total,
       spdlog::logger& logger);
  ~Slot() noexcept(false);
  KJ_DISALLOW_COPY(Slot);

  void addListener(OwnedFd socket, ListenerRole role);
  // Once. The tenant is borrowed.
  void startJob(const JobLimits& limits, Narrowing narrowing, TenantUse& tenant);
  // Nothing before there is one.
  kj::Maybe<Job&> job();
  bool hasJob() const { return job_ != nullptr; }

 private:
  struct Listener;

  kj::Promise<void> acceptFrom(Listener& listener);
  void takeAll(Listener& listener);
  void take(Listener& listener, OwnedFd socket);
  kj::Promise<void> attend(Listener& listener, kj::Own<kj::AsyncIoStream> stream);
  void serve(const ListenerRole& role, kj::Own<kj::AsyncIoStream> stream);
  void turnAwayFrom(const ListenerRole& role, kj::Own<kj::AsyncIoStream> stream,
                    const Refusal& refusal);
  void taskFailed(kj::Exception&& exception) override;

  UvEventPort& port_;
  const Services& services_;
  Counters& counters_;
  ConnectionTotal& total_;
  spdlog::logger& logger_;
  kj::PromiseFulfillerPair<void> started_ = kj::newPromiseAndFulfiller<void>();
  kj::ForkedPromise<void> hasJob_ = started_.promise.fork();
  kj::Maybe<kj::Own<Job>> job_;
  uint32_t turnedAway_ = 0;
  // Connections use the job, and so are destroyed before it; listeners before both.
  kj::TaskSet connections_;
  std::vector<kj::Own<Listener>> listeners_;
};

}  // namespace brood::egress
