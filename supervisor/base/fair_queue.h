#pragma once
// A queue in which tenants take turns.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace brood::supervisor {

// Deficit round robin (Shreedhar and Varghese, 1995), by the time that a tenant's jobs have been
// taking: in each round, a tenant's jobs go first until they have taken about as long as the
// longest job of any tenant, so that many short jobs of one weigh as much as one long job of
// another. Within a tenant the order is that of arrival; with one tenant that is all there is to
// it.
//
// `Waiter` is a value that can be compared. A tenant that nothing waits for and nothing runs of is
// forgotten, but for the one without a name.
template <typename Waiter>
class FairQueue {
 public:
  class Tenant {
   public:
    bool mayRun() const { return mostRunning == 0 || running < mostRunning; }
    size_t waiting() const { return waiters_.size(); }

    uint32_t mostRunning = 0;  // 0: any number.
    size_t running = 0;

   private:
    friend class FairQueue;
    explicit Tenant(std::string name) : name_(std::move(name)) {}

    std::string name_;
    std::list<Waiter> waiters_;
    uint64_t costMicros_ = kFirstCostMicros;  // The time of one job, by experience.
    uint64_t deficitMicros_ = 0;
    bool isInRound_ = false;
    bool isRefilled_ = false;  // In this round.
  };
  using Place = typename std::list<Waiter>::iterator;

  FairQueue() : nobody_(Tenant("")) {}
  FairQueue(const FairQueue&) = delete;
  FairQueue& operator=(const FairQueue&) = delete;

  // Stays valid while something of it runs or waits; see release().
  Tenant& tenant(std::string_view name) {
    if (name.empty()) return nobody_;
    const auto found = tenants_.find(name);
    if (found != tenants_.end()) return *found->second;
    std::string key(name);
    auto made = std::unique_ptr<Tenant>(new Tenant(key));
    return *tenants_.emplace(std::move(key), std::move(made)).first->second;
  }

  Place push(Tenant& tenant, Waiter waiter) {
    ++size_;
    const auto place = tenant.waiters_.insert(tenant.waiters_.end(), waiter);
    enterRound(tenant);
    return place;
  }

  void erase(Tenant& tenant, Place place) {
    --size_;
    tenant.waiters_.erase(place);
    if (tenant.waiters_.empty()) leaveRound(tenant);
    release(tenant);
  }

  // The first in the queue of the tenant whose turn it is; it stays there until it is erased. Null
  // if no waiter may run.
  std::optional<Waiter> next() {
    // Each refilling is enough for one job of anybody's, so this ends.
    while (!round_.empty()) {
      Tenant& tenant = *round_.front();
      if (!tenant.mayRun()) {
        leaveRound(tenant);
        continue;
      }
      if (!tenant.isRefilled_) {
        tenant.deficitMicros_ += longestCost();
        tenant.isRefilled_ = true;
      }
      if (tenant.deficitMicros_ >= tenant.costMicros_) {
        tenant.deficitMicros_ -= tenant.costMicros_;
        return tenant.waiters_.front();
      }
      tenant.isRefilled_ = false;
      round_.splice(round_.end(), round_, round_.begin());
    }
    return std::nullopt;
  }

  // The last in the longest queue, if that is longer than the one of `tenant` would be with one
  // more: who is to give way when there is no more room.
  std::optional<Waiter> lastOfLongest(const Tenant& tenant) {
    Tenant* longest = &nobody_;
    for (const auto& [name, each] : tenants_) {
      if (each->waiting() > longest->waiting()) longest = each.get();
    }
    if (longest->waiting() <= tenant.waiting() + 1) return std::nullopt;
    return longest->waiters_.back();
  }

  // Any waiter, or null.
  std::optional<Waiter> any() {
    if (nobody_.waiting() > 0) return nobody_.waiters_.front();
    for (const auto& [name, each] : tenants_) {
      if (each->waiting() > 0) return each->waiters_.front();
    }
    return std::nullopt;
  }

  // A job of it has ended, having taken so long. Those of it that could not run take turns again.
  void noteEnd(Tenant& tenant, uint64_t micros) {
    const uint64_t taken = std::clamp(micros, kLeastCostMicros, kMostCostMicros);
    tenant.costMicros_ = (tenant.costMicros_ * 7 + taken) / 8;
    if (!tenant.waiters_.empty()) enterRound(tenant);
    release(tenant);
  }

  // Forgets a tenant that was asked for and came to nothing.
  void release(Tenant& tenant) {
    if (&tenant == &nobody_ || tenant.running > 0 || !tenant.waiters_.empty()) return;
    tenants_.erase(tenants_.find(tenant.name_));
  }

  size_t size() const { return size_; }
  size_t tenants() const { return tenants_.size(); }

 private:
  static constexpr uint64_t kFirstCostMicros = 10'000;
  static constexpr uint64_t kLeastCostMicros = 1'000;
  static constexpr uint64_t kMostCostMicros = 10'000'000;

  void enterRound(Tenant& tenant) {
    if (tenant.isInRound_ || !tenant.mayRun()) return;
    tenant.isInRound_ = true;
    round_.push_back(&tenant);
  }

  // A tenant that leaves begins anew when it comes back: turns are not saved up.
  void leaveRound(Tenant& tenant) {
    if (!tenant.isInRound_) return;
    tenant.isInRound_ = tenant.isRefilled_ = false;
    tenant.deficitMicros_ = 0;
    round_.remove(&tenant);
  }

  uint64_t longestCost() const {
    uint64_t longest = 0;
    for (const auto* each : round_) longest = std::max(longest, each->costMicros_);
    return longest;
  }

  Tenant nobody_;
  std::map<std::string, std::unique_ptr<Tenant>, std::less<>> tenants_;
  std::list<Tenant*> round_;  // Those with somebody waiting.
  size_t size_ = 0;
};

}  // namespace brood::supervisor
