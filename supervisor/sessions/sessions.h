#pragma once
// All sessions: who has how many, which is whose, and what became of those that have ended.

#include <kj/async.h>
#include <kj/one-of.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "supervisor/sessions/session.h"
#include "supervisor/usage/host_memory.h"

namespace brood::supervisor {

class Sessions {
 public:
  // Borrowed, all that the tools refer to included.
  explicit Sessions(SessionTools tools);
  ~Sessions() noexcept(false);
  KJ_DISALLOW_COPY(Sessions);

  using Found = kj::OneOf<std::shared_ptr<Session>, RejectionInfo>;
  // The message of `spec` is borrowed until the promise resolves. Dropping it gives the session up.
  kj::Promise<Found> open(rpc::SessionSpec::Reader spec);
  // Another tenant's is not found; one that has ended is gone, for a while.
  Found find(const std::string& id, const std::string& tenant) const;
  // Those of the tenant that have all of these labels, by id, after that one.
  std::vector<std::shared_ptr<Session>> list(const std::string& tenant, const Metadata& labels,
                                             const std::string& after) const;

  // No more are opened; resolves when all have ended.
  kj::Promise<void> drain(SessionEnd why);
  // True if the process is part of a session.
  bool noteDeniedCall(pid_t pid, const std::string& name);
  // For whoever ends what holds most when the host runs short of memory.
  std::vector<HostMemoryGuard::Job> listByMemory();
  bool empty() const { return sessions_.empty(); }
  // Calls `tell` with each that is opened.
  void onOpened(std::function<void()> tell) { tellOpened_ = std::move(tell); }

  size_t running() const;
  size_t paused() const;
  const SessionCounts& counts() const { return counts_; }
  // The sum of what all hold.
  uint64_t heldBytes() const;

 private:
  struct Gone {
    std::string tenant;
    SessionEnd end;
    kj::TimePoint until;
  };
  class Place;

  kj::Maybe<RejectionInfo> whyNoMore(const std::string& tenant, uint32_t most) const;
  kj::Promise<Found> start(rpc::SessionSpec::Reader spec, std::shared_ptr<Place> place,
                           uint32_t attemptsLeft);
  kj::Promise<Lease> acquire(const AdmittedJob& opening);
  void add(std::shared_ptr<Session> session, std::shared_ptr<Place> place);
  void forget(const std::string& id);

  const SessionTools tools_;
  JobIds ids_;
  SessionCounts counts_;
  std::function<void()> tellOpened_ = []() {};
  bool isDraining_ = false;
  std::map<std::string, uint32_t> places_;  // By tenant, with those on their way.
  size_t placesTaken_ = 0;
  std::map<std::string, std::shared_ptr<Session>> sessions_;
  std::map<std::string, Gone> gone_;
  kj::Own<kj::TaskSet::ErrorHandler> errorHandler_;
  kj::TaskSet tasks_;
};

}  // namespace brood::supervisor
