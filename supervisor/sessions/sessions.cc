#include "supervisor/sessions/sessions.h"

#include <kj/debug.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/plain_text.h"
#include "supervisor/base/log_errors.h"

namespace brood::supervisor {
namespace {

constexpr uint64_t kRetryAfterMs = 1'000;
// A worker that dies while parked is found out at hand-over.
constexpr uint32_t kMostAttempts = 3;
// Beyond this many, those that ended first are forgotten before their time.
constexpr size_t kMostGone = 100'000;

RejectionInfo notFound(const std::string& id) {
  return {rpc::RejectionKind::NOT_FOUND, "session_not_found", "there is no session '" + id + "'",
          "session", 0};
}

bool hasAll(const Metadata& metadata, const Metadata& wanted) {
  return std::all_of(wanted.begin(), wanted.end(), [&](auto& label) {
    return std::find(metadata.begin(), metadata.end(), label) != metadata.end();
  });
}

}  // namespace

// One of the sessions that there may be.
class Sessions::Place {
 public:
  Place(Sessions& sessions, std::string tenant) : sessions_(sessions), tenant_(std::move(tenant)) {
    ++sessions_.placesTaken_;
    ++sessions_.places_[tenant_];
  }
  ~Place() noexcept(false) {
    --sessions_.placesTaken_;
    if (--sessions_.places_[tenant_] == 0) sessions_.places_.erase(tenant_);
  }
  KJ_DISALLOW_COPY(Place);

 private:
  Sessions& sessions_;
  const std::string tenant_;
};

Sessions::Sessions(SessionTools tools)
    : tools_(tools), errorHandler_(kj::heap<LogErrors>("sessions")), tasks_(*errorHandler_) {}

Sessions::~Sessions() noexcept(false) = default;

kj::Maybe<RejectionInfo> Sessions::whyNoMore(const std::string& tenant, uint32_t most) const {
  const auto& config = tools_.rules.config.sessions;
  if (!config.isOn()) {
    return invalid("sessions_off", "there are no sessions here: sessions.enabled is off", "");
  }
  if (isDraining_) {
    return RejectionInfo{rpc::RejectionKind::UNAVAILABLE, "unavailable",
                         "the supervisor is shutting down", "", kRetryAfterMs};
  }
  const auto own = places_.find(tenant);
  const uint32_t taken = own == places_.end() ? 0 : own->second;
  if (most != 0 && taken >= most) {
    return RejectionInfo{rpc::RejectionKind::OVERLOADED, "too_many_sessions",
                         "this key may have " + std::to_string(most) +
                             " sessions at once, and has " + std::to_string(taken),
                         "", kRetryAfterMs};
  }
  if (placesTaken_ >= config.maxSessions) {
    return RejectionInfo{rpc::RejectionKind::OVERLOADED, "too_many_sessions",
                         "there may be " + std::to_string(config.maxSessions) +
                             " sessions at once (sessions.max_sessions), and there are",
                         "", kRetryAfterMs};
  }
  return nullptr;
}

kj::Promise<Sessions::Found> Sessions::open(rpc::SessionSpec::Reader spec) {
  const std::string tenant = spec.getTenant().cStr();
  KJ_IF_MAYBE (rejection, whyNoMore(tenant, spec.getTenantSessions())) {
    return Found(kj::mv(*rejection));
  }
  return start(spec, std::make_shared<Place>(*this, tenant), kMostAttempts);
}

kj::Promise<Lease> Sessions::acquire(const AdmittedJob& opening) {
  KJ_IF_MAYBE (lease, tools_.workers.takeParked(opening)) return kj::mv(*lease);
  return tools_.timer.timeoutAfter(tools_.rules.config.supervisor.queueTimeoutMs * kj::MILLISECONDS,
                                   kj::evalNow([&]() { return tools_.workers.obtain(opening); }));
}

kj::Promise<Sessions::Found> Sessions::start(rpc::SessionSpec::Reader spec,
                                             std::shared_ptr<Place> place, uint32_t attemptsLeft) {
  auto admitted = admitSession(spec, tools_.rules);
  KJ_IF_MAYBE (rejection, admitted.tryGet<RejectionInfo>()) return Found(kj::mv(*rejection));
  auto plan = kj::heap(kj::mv(admitted.get<SessionPlan>()));
  auto acquired = acquire(plan->opening);
  return acquired
      .then([this, plan = kj::mv(plan)](Lease lease) mutable {
        auto session =
            std::make_shared<Session>(tools_, counts_, ids_.next(), kj::mv(*plan), kj::mv(lease));
        auto& begun = *session;
        return begun.begin().then(
            [session = std::move(session)]() mutable { return std::move(session); });
      })
      .then(
          [this, place](std::shared_ptr<Session> session) -> kj::Promise<Found> {
            add(session, place);
            if (session->ended()) return Found(goneBecause(session->id(), *session->ended()));
            return Found(std::move(session));
          },
          [this, spec, place, attemptsLeft](kj::Exception&& why) -> kj::Promise<Found> {
            const bool hasDied = why.getType() == kj::Exception::Type::DISCONNECTED;
            if (hasDied && attemptsLeft > 1 && !isDraining_) {
              return start(spec, place, attemptsLeft - 1);
            }
            return Found(RejectionInfo{rpc::RejectionKind::UNAVAILABLE, "sandbox_unavailable",
                                       plainText(why), "", kRetryAfterMs});
          });
}

void Sessions::add(std::shared_ptr<Session> session, std::shared_ptr<Place> place) {
  ++counts_.opened;
  const std::string id = session->id();
  sessions_[id] = session;
  tasks_.add(session->whenEnded()
                 .then([this, id]() {
                   forget(id);
                   // Nothing of it may be on the stack when it is destroyed.
                   return kj::evalLater([]() {});
                 })
                 .attach(kj::mv(place), std::shared_ptr<Session>(session)));
  tellOpened_();
  if (isDraining_) tasks_.add(session->end({"shutdown", "the supervisor is shutting down"}));
}

void Sessions::forget(const std::string& id) {
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return;
  const auto now = tools_.timer.now();
  const auto kept = tools_.rules.config.sessions.keptReasonsMs * kj::MILLISECONDS;
  std::erase_if(gone_, [now](auto& each) { return each.second.until <= now; });
  if (gone_.size() >= kMostGone) gone_.erase(gone_.begin());
  gone_.insert_or_assign(id, Gone{found->second->tenant(), *found->second->ended(), now + kept});
  sessions_.erase(found);
}

Sessions::Found Sessions::find(const std::string& id, const std::string& tenant) const {
  const auto found = sessions_.find(id);
  if (found != sessions_.end() && found->second->tenant() == tenant) {
    const auto& session = found->second;
    if (session->ended()) return goneBecause(id, *session->ended());
    return std::shared_ptr<Session>(session);
  }
  const auto gone = gone_.find(id);
  if (gone == gone_.end() || gone->second.tenant != tenant ||
      gone->second.until <= tools_.timer.now()) {
    return notFound(id);
  }
  return goneBecause(id, gone->second.end);
}

std::vector<std::shared_ptr<Session>> Sessions::list(const std::string& tenant,
                                                     const Metadata& labels,
                                                     const std::string& after) const {
  std::vector<std::shared_ptr<Session>> all;
  for (auto each = sessions_.upper_bound(after); each != sessions_.end(); ++each) {
    const auto& session = each->second;
    if (session->tenant() != tenant || session->ended() || !hasAll(session->metadata(), labels)) {
      continue;
    }
    all.push_back(session);
  }
  return all;
}

kj::Promise<void> Sessions::drain(SessionEnd why) {
  isDraining_ = true;
  kj::Vector<kj::Promise<void>> ends;
  for (auto& [id, session] : sessions_) ends.add(session->end(why));
  return kj::joinPromises(ends.releaseAsArray());
}

bool Sessions::noteDeniedCall(pid_t pid, const std::string& name) {
  return std::any_of(sessions_.begin(), sessions_.end(),
                     [&](auto& each) { return each.second->noteDeniedCall(pid, name); });
}

std::vector<HostMemoryGuard::Job> Sessions::listByMemory() {
  std::vector<HostMemoryGuard::Job> list;
  for (auto& [id, session] : sessions_) {
    if (session->ended()) continue;
    list.push_back({session->heldBytes(), [this, session = session]() {
                      if (session->ended()) return false;
                      tasks_.add(session->end({"host_memory",
                                               "the host ran short of memory, and it was among "
                                               "those that held most of it",
                                               EndCause::hostMemory}));
                      return true;
                    }});
  }
  return list;
}

size_t Sessions::running() const { return sessions_.size() - paused(); }

size_t Sessions::paused() const {
  return static_cast<size_t>(std::count_if(sessions_.begin(), sessions_.end(),
                                           [](auto& each) { return each.second->isPaused(); }));
}

uint64_t Sessions::heldBytes() const {
  uint64_t sum = 0;
  for (auto& [id, session] : sessions_) sum += session->heldBytes();
  return sum;
}

}  // namespace brood::supervisor
