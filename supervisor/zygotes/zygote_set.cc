#include "supervisor/zygotes/zygote_set.h"

#include <kj/debug.h>
#include <kj/vector.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/plain_text.h"

namespace brood::supervisor {

ZygoteSet::ZygoteSet(UvEventPort& port, kj::Timer& timer, Reaper& reaper, ZygoteOptions options,
                     const ProfileConfig& config)
    : port_(port), timer_(timer), reaper_(reaper), options_(std::move(options)), config_(config) {
  for (uint32_t i = 0; i < config.zygotes; ++i) {
    auto& seat = *seats_.emplace_back(std::make_unique<Seat>());
    seat.current = start(seat);
    if (config.zygoteMaxAgeMs > 0) seat.age = ageAndSucceed(seat).eagerlyEvaluate(nullptr);
  }
}

ZygoteSet::~ZygoteSet() noexcept(false) = default;

kj::Own<ZygoteHost> ZygoteSet::start(Seat& seat) {
  ZygoteOptions options = options_;
  auto host = kj::heap<ZygoteHost>(port_, timer_, reaper_, std::move(options));
  host->onReady([this, &seat]() { noteReady(seat); });
  return host;
}

void ZygoteSet::noteReady(Seat& seat) {
  if (seat.next.get() != nullptr && seat.next->ready()) changeOver(seat);
  tellReady();
}

// One that has succeeded for another reason meanwhile is succeeded early, which costs little.
kj::Promise<void> ZygoteSet::ageAndSucceed(Seat& seat) {
  return timer_.afterDelay(config_.zygoteMaxAgeMs * kj::MILLISECONDS).then([this, &seat]() {
    succeed(seat);
    return ageAndSucceed(seat);
  });
}

// One that is still on its way, in or out, is waited for: there are never more than two per seat.
void ZygoteSet::succeed(Seat& seat) {
  if (stopping_ || seat.next.get() != nullptr || seat.leaving.get() != nullptr) return;
  if (!seat.current->ready()) return;
  seat.next = start(seat);
}

void ZygoteSet::changeOver(Seat& seat) {
  const ZygoteInfo& old = seat.current->info();
  spdlog::info("zygote {}: pid {} succeeds pid {} after {} forks", options_.name,
               seat.next->info().pid, old.pid, old.forks);
  ++successions_;
  seat.leaving = kj::mv(seat.current);
  seat.current = kj::mv(seat.next);
  seat.departure = seat.leaving
                       ->leave()
                       // Nothing of it may be on the stack when it is destroyed.
                       .then([]() { return kj::evalLater([]() {}); })
                       .then([this, &seat]() {
                         restarts_ += seat.leaving->info().restarts;
                         seat.leaving = nullptr;
                       })
                       .eagerlyEvaluate([this](kj::Exception&& exception) {
                         spdlog::error("zygote {}: {}", options_.name, plainText(exception));
                       });
}

ZygoteSet::Seat* ZygoteSet::readiest() const {
  Seat* best = nullptr;
  for (size_t i = 0; i < seats_.size(); ++i) {
    Seat* seat = seats_[(turn_ + i) % seats_.size()].get();
    if (!seat->current->ready()) continue;
    if (best == nullptr || seat->current->unanswered() < best->current->unanswered()) best = seat;
  }
  return best;
}

kj::Promise<kj::Own<ChildProcess>> ZygoteSet::request(
    const std::function<void(wire::ZygoteRequest::Builder)>& fill, kj::ArrayPtr<const int> fds) {
  ++turn_;
  Seat* seat = readiest();
  if (seat == nullptr) {
    return KJ_EXCEPTION(DISCONNECTED, "zygote not ready", options_.name.c_str());
  }
  auto forked = seat->current->request(fill, fds);
  if (config_.zygoteMaxForks > 0 && seat->current->info().forks >= config_.zygoteMaxForks) {
    succeed(*seat);
  }
  return forked;
}

bool ZygoteSet::isLeaving(pid_t zygote) const {
  return std::any_of(seats_.begin(), seats_.end(), [zygote](const auto& seat) {
    return seat->leaving.get() != nullptr && seat->leaving->info().pid == zygote;
  });
}

bool ZygoteSet::isAnyLeaving() const {
  return std::any_of(seats_.begin(), seats_.end(),
                     [](const auto& seat) { return seat->leaving.get() != nullptr; });
}

ZygoteInfo ZygoteSet::info() const {
  const Seat* seat = readiest();
  ZygoteInfo info = (seat != nullptr ? *seat : *seats_.front()).current->info();
  info.restarts = restarts_;
  for (const auto& each : seats_) {
    info.restarts += each->current->info().restarts;
    if (each->leaving.get() != nullptr) info.restarts += each->leaving->info().restarts;
  }
  return info;
}

std::vector<pid_t> ZygoteSet::pids() const {
  std::vector<pid_t> all;
  for (const auto& seat : seats_) {
    for (const auto* host : {seat->current.get(), seat->next.get(), seat->leaving.get()}) {
      if (host != nullptr && host->info().pid > 0) all.push_back(host->info().pid);
    }
  }
  return all;
}

kj::Promise<void> ZygoteSet::stop() {
  stopping_ = true;
  kj::Vector<kj::Promise<void>> stopped;
  for (const auto& seat : seats_) {
    for (auto* host : {seat->current.get(), seat->next.get(), seat->leaving.get()}) {
      if (host != nullptr) stopped.add(host->stop());
    }
  }
  return kj::joinPromises(stopped.releaseAsArray());
}

}  // namespace brood::supervisor
