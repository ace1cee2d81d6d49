#pragma once
// The slots that the broker serves, and what it was told of them.

#include <kj/vector.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "egress/broker/slot.h"
#include "egress/control/egress.capnp.h"
#include "egress/network/dialler.h"
#include "egress/network/resolver.h"
#include "rpc/loop/uv_io.h"

namespace brood::egress {

// Owns every slot. Each call answers what is wrong with what was asked, or nothing.
class Broker {
 public:
  using Problem = std::optional<std::string>;

  // All borrowed.
  Broker(UvAsyncIo& io, Resolver& resolver, kj::TlsContext& tls, spdlog::logger& logger);
  KJ_DISALLOW_COPY(Broker);

  // Open connections whose targets a new list does not allow are ended.
  Problem configure(wire::Configuration::Reader configuration);
  Problem addListeners(wire::AddListeners::Reader request, kj::Vector<OwnedFd> sockets);
  Problem startJob(wire::StartJob::Reader request);
  // Writes what the job has done, an empty report for a slot without one, and forgets the slot.
  void endJob(uint64_t slot, wire::Report::Builder report);
  void writeStatus(wire::Status::Builder status) const;

 private:
  struct Tenant {
    explicit Tenant(const JobLimits& limits) : use(limits) {}
    TenantUse use;
    uint32_t jobs = 0;
  };
  struct Entry {
    kj::Own<Slot> slot;
    std::string tenant;
  };

  TenantUse& useOf(const std::string& tenant, const JobLimits& limits);
  void leaveTenant(const std::string& tenant);

  UvAsyncIo& io_;
  Resolver& resolver_;
  spdlog::logger& logger_;
  Dialler dialler_;
  SettingsPtr settings_ = std::make_shared<Settings>();
  const Services services_;
  Counters counters_;
  ConnectionTotal total_;
  // Tenants that have a job.
  std::map<std::string, std::unique_ptr<Tenant>> tenants_;
  std::unordered_map<uint64_t, Entry> slots_;
};

}  // namespace brood::egress
