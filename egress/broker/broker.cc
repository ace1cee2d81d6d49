#include "egress/broker/broker.h"

#include <kj/debug.h>

#include "base/plain_text.h"
#include "egress/broker/configuration.h"
#include "egress/broker/report_writer.h"

namespace brood::egress {
namespace {

ListenerRole readRole(wire::Listener::Reader from) {
  switch (from.which()) {
    case wire::Listener::HTTP:
      return {ListenerRole::Kind::http, {}, 0};
    case wire::Listener::SOCKS:
      return {ListenerRole::Kind::socks, {}, 0};
    case wire::Listener::ALIAS:
      return {ListenerRole::Kind::alias, {}, 0};
    case wire::Listener::NAMED:
      return {ListenerRole::Kind::named, from.getNamed().getHost().cStr(),
              from.getNamed().getPort()};
  }
  KJ_FAIL_REQUIRE("a listener of an unknown kind");
}

}  // namespace

Broker::Broker(UvAsyncIo& io, Resolver& resolver, kj::TlsContext& tls, spdlog::logger& logger)
    : io_(io),
      resolver_(resolver),
      logger_(logger),
      dialler_(io.lowLevel(), io.timer()),
      services_{io.lowLevel(), io.timer(), resolver, dialler_, settings_, tls} {}

Broker::Problem Broker::configure(wire::Configuration::Reader configuration) {
  auto settings = readConfiguration(configuration);
  if (const auto* problem = std::get_if<std::string>(&settings)) return *problem;
  KJ_IF_MAYBE (exception, kj::runCatchingExceptions([&] {
                 resolver_.useServers(readTexts(configuration.getResolvers()));
               })) {
    return plainText(*exception);
  }
  settings_ = std::get<SettingsPtr>(settings);
  for (auto& [id, entry] : slots_) {
    KJ_IF_MAYBE (job, entry.slot->job()) job->recheck(*settings_);
  }
  return {};
}

Broker::Problem Broker::addListeners(wire::AddListeners::Reader request,
                                     kj::Vector<OwnedFd> sockets) {
  const auto listeners = request.getListeners();
  if (listeners.size() != sockets.size()) return "there are not as many sockets as listeners";
  auto& entry = slots_[request.getSlot()];
  if (entry.slot.get() == nullptr) {
    entry.slot = kj::heap<Slot>(io_.port(), services_, counters_, total_, logger_);
  }
  for (kj::uint i = 0; i < listeners.size(); ++i) {
    entry.slot->addListener(std::move(sockets[i]), readRole(listeners[i]));
  }
  return {};
}

TenantUse& Broker::useOf(const std::string& tenant, const JobLimits& limits) {
  auto& entry = tenants_[tenant];
  if (!entry) entry = std::make_unique<Tenant>(limits);
  ++entry->jobs;
  return entry->use;
}

void Broker::leaveTenant(const std::string& tenant) {
  const auto found = tenants_.find(tenant);
  if (--found->second->jobs == 0) tenants_.erase(found);
}

Broker::Problem Broker::startJob(wire::StartJob::Reader request) {
  const auto found = slots_.find(request.getSlot());
  if (found == slots_.end()) return "there is no such slot";
  auto& entry = found->second;
  if (entry.slot->hasJob()) return "the slot has a job already";
  Narrowing narrowing = Narrowing::everythingAllowed();
  if (request.getIsNarrowed()) {
    auto narrowed = settings_->policy.narrow(readTexts(request.getAllow()));
    // The list may have become shorter since the request was looked at: then less is reached.
    if (const auto* problem = std::get_if<EntryProblem>(&narrowed)) return problem->text;
    narrowing = std::get<Narrowing>(std::move(narrowed));
  }
  entry.tenant = request.getTenant().cStr();
  auto& use = useOf(entry.tenant, readLimits(request.getTenantLimits()));
  entry.slot->startJob(readLimits(request.getLimits()), std::move(narrowing), use);
  return {};
}

void Broker::endJob(uint64_t slot, wire::Report::Builder report) {
  const auto found = slots_.find(slot);
  if (found == slots_.end()) return;
  Entry entry = std::move(found->second);
  slots_.erase(found);
  if (!entry.slot->hasJob()) return;
  writeReport(KJ_ASSERT_NONNULL(entry.slot->job()).report(), report);
  // Its connections use the tenant's account.
  entry.slot = nullptr;
  leaveTenant(entry.tenant);
}

void Broker::writeStatus(wire::Status::Builder status) const {
  uint32_t jobs = 0;
  for (const auto& [id, entry] : slots_) jobs += entry.slot->hasJob() ? 1 : 0;
  status.setSlots(static_cast<uint32_t>(slots_.size()));
  status.setJobs(jobs);
  status.setConnections(total_.now);
  writeCounters(counters_, status);
}

}  // namespace brood::egress
