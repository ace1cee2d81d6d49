#pragma once
// brood-egress as the supervisor sees it: starts it, tells it the list, starts it again when it
// dies or does not answer.

#include <kj/async.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "config/config.h"
#include "config/gateway_account.h"
#include "egress/policy/policy.h"
#include "supervisor/egress/broker_link.h"
#include "supervisor/egress/egress_report.h"
#include "supervisor/egress/job_network.h"
#include "supervisor/egress/listener_plan.h"
#include "supervisor/processes/reaper.h"

namespace brood::supervisor {

class EgressSeat;

struct BrokerOptions {
  std::string binary;                    // Absolute path of brood-egress.
  std::optional<ServerAccount> account;  // The user that it becomes, where we are root.
  std::string logLevel;
  uint16_t gatewayPort = 0;  // A port of our own; 0: not known.
};

// The current broker's word about itself.
struct BrokerInfo {
  pid_t pid = -1;  // -1 while none runs.
  uint32_t restarts = 0;
  std::vector<std::string> layers;
  std::vector<std::string> missing;  // "layer: reason".
};

class EgressBroker {
 public:
  // The port and reaper are borrowed. Throws StartError if the list cannot be had.
  EgressBroker(UvEventPort& port, Reaper& reaper, BrokerOptions options, EgressConfig config);
  ~EgressBroker() noexcept(false);
  KJ_DISALLOW_COPY(EgressBroker);

  // Resolves when a broker has the list. Rejects with the last error once several starts in a row
  // have failed (it goes on trying all the same).
  kj::Promise<void> whenReady();
  bool isReady() const { return isReady_; }
  const BrokerInfo& info() const { return info_; }
  // The list in force.
  const egress::Policy& policy() const { return list_->policy; }
  const EgressConfig& config() const { return list_->config; }
  // Another list for the broker, and for each that succeeds it; what concerns its process, and who
  // has network, stays. Rejects, with what is wrong, and nothing has changed.
  kj::Promise<void> reload(EgressConfig config);
  // Calls `tell` when seats have become worth nothing: the broker has ended, or has another list.
  void onOutdated(std::function<void()> tell) { subscribers_.push_back(std::move(tell)); }

  // The sockets to make in the next sandbox.
  std::shared_ptr<const ListenerPlan> plan() const { return list_->plan; }
  // Hands them over: from then on they are the broker's alone. Rejects DISCONNECTED if the plan is
  // not that of the list in force.
  kj::Promise<kj::Own<EgressSeat>> seat(std::shared_ptr<const ListenerPlan> plan,
                                        std::vector<OwnedFd> sockets);

  kj::Promise<BrokerLink::Answer> askStatus();
  // Closes the control socket, upon which the broker ends, and does not start another.
  kj::Promise<void> stop();

 private:
  friend class EgressSeat;
  // One list, and all that follows from it.
  struct ReadList {
    EgressConfig config;
    egress::Policy policy;
    std::shared_ptr<const ListenerPlan> plan;
  };

  static kj::Own<ReadList> readList(EgressConfig config);
  kj::Promise<void> runUntilStopped();
  kj::Promise<void> runOnce();
  void spawn();
  kj::Promise<void> makeReady();
  kj::Promise<void> configure(const EgressConfig& config);
  kj::Promise<BrokerLink::Answer> ask(const BrokerLink::Fill& fill, std::vector<OwnedFd> fds = {});
  // Such an answer as is expected; rejects with the broker's words if it has refused.
  kj::Promise<void> askForDone(const BrokerLink::Fill& fill, std::vector<OwnedFd> fds = {});
  void settleAfterDeath(const ProcessExit& exit);
  void outdate();
  void forget(uint64_t slot);

  UvEventPort& port_;
  Reaper& reaper_;
  const BrokerOptions options_;
  kj::Own<ReadList> list_;
  BrokerInfo info_;
  bool isReady_ = false, isStopping_ = false;
  uint32_t consecutiveFailures_ = 0;
  std::string lastError_ = "it ended without saying why";
  uint64_t nextSlot_ = 1;
  uint64_t starts_ = 0;  // Counts brokers.
  uint64_t era_ = 0;     // Counts brokers and lists: a seat is of one.
  OwnedFd pidfd_;
  kj::Maybe<kj::Own<BrokerLink>> link_;
  std::vector<kj::Own<kj::PromiseFulfiller<void>>> readyWaiters_;
  std::vector<std::function<void()>> subscribers_;
  kj::Own<kj::TaskSet::ErrorHandler> errorHandler_;
  kj::TaskSet tasks_;
  kj::ForkedPromise<void> task_;
};

// The place of one sandbox at the broker, which has the sockets that listen in it. When it goes, so
// do they, and all that a job has open.
class EgressSeat {
 public:
  // The broker is borrowed.
  EgressSeat(EgressBroker& broker, uint64_t slot)
      : broker_(broker), slot_(slot), start_(broker.starts_), era_(broker.era_) {}
  ~EgressSeat() noexcept(false);
  KJ_DISALLOW_COPY(EgressSeat);

  // False once the broker that has its sockets is gone, or has another list.
  bool isCurrent() const { return era_ == broker_.era_ && broker_.isReady_; }
  // Before the job can run. Once. Rejects if the sockets are nobody's any more.
  kj::Promise<void> startJob(const JobNetwork& network);
  // The end of all that the job has open, and of the sockets. Never rejects.
  kj::Promise<EgressReport> endJob();

 private:
  // The broker that has the sockets is there, whatever its list.
  bool isHeld() const { return start_ == broker_.starts_; }

  EgressBroker& broker_;
  const uint64_t slot_, start_, era_;
  bool hasEnded_ = false;
};

}  // namespace brood::supervisor
