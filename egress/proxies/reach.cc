#include "egress/proxies/reach.h"

namespace brood::egress {
namespace {

std::string shown(const std::string& host, uint16_t port) {
  return shownHost(host) + ":" + std::to_string(port);
}

kj::Promise<Lookup> addressesOf(const Services& services, const Settings& settings,
                                const Host& host) {
  if (const auto* address = std::get_if<IpAddress>(&host)) return Lookup{{*address}, {}};
  return services.resolver.lookUp(std::get<HostName>(host))
      .exclusiveJoin(services.timer.afterDelay(settings.lookupTimeout).then([] {
        return Lookup{{}, "the name servers did not answer in time"};
      }));
}

// One reach under way.
class Attempt {
 public:
  Attempt(const Services& services, SettingsPtr settings, const Policy& policy, Job& job,
          std::string host, uint16_t port)
      : services_(services),
        settings_(std::move(settings)),
        policy_(policy),
        job_(job),
        host_(std::move(host)),
        port_(port) {}

  kj::Promise<Reaching> run() {
    auto decision = decide(policy_, job_.narrowing(), host_, port_);
    if (auto* refusal = std::get_if<Refusal>(&decision)) return refused(*refusal);
    const auto& permit = std::get<Permit>(decision);
    return addressesOf(services_, *settings_, permit.host()).then([this, permit](Lookup&& lookup) {
      return approve(permit, lookup);
    });
  }

 private:
  kj::Promise<Reaching> approve(const Permit& permit, const Lookup& lookup) {
    if (lookup.addresses.empty() && !lookup.problem.empty()) {
      return refused({"no_address", "name service",
                      shown(host_, port_) + " was not found: " + lookup.problem, true});
    }
    auto result = policy_.approve(permit, lookup.addresses, settings_->surroundings);
    if (auto* refusal = std::get_if<Refusal>(&result)) return refused(*refusal);
    auto& target = std::get<ApprovedTarget>(result);
    // It takes what it needs of the target before it returns.
    auto dialling = services_.dialler.dial(target, settings_->dialTimeout);
    return dialling.then([this, target](Dialled&& dialled) -> Reaching {
      if (const auto* problem = std::get_if<DialProblem>(&dialled)) {
        return refused({"unreachable", "network",
                        shown(host_, port_) + " cannot be reached: " + problem->text, true});
      }
      return reached(target, kj::mv(std::get<kj::Own<kj::AsyncIoStream>>(dialled)));
    });
  }

  Reached reached(const ApprovedTarget& target, kj::Own<kj::AsyncIoStream> stream) {
    return {kj::mv(stream), target, job_.report().noteAllowed(textOf(target.host()), port_)};
  }

  Reaching refused(const Refusal& refusal) {
    job_.noteDenied(host_, port_, refusal);
    return refusal;
  }

  const Services& services_;
  const SettingsPtr settings_;
  const Policy& policy_;
  Job& job_;
  const std::string host_;
  const uint16_t port_;
};

}  // namespace

kj::Promise<Reaching> reach(const Services& services, SettingsPtr settings, const Policy& policy,
                            Job& job, const std::string& host, uint16_t port) {
  auto attempt = kj::heap<Attempt>(services, std::move(settings), policy, job, host, port);
  auto result = attempt->run();
  return result.attach(kj::mv(attempt));
}

bool isStillAllowed(const ApprovedTarget& target, const Policy& policy, const Narrowing& narrowing,
                    const Surroundings& surroundings) {
  const auto permit = policy.decide(target.host(), target.port(), narrowing);
  if (!std::holds_alternative<Permit>(permit)) return false;
  const auto again = policy.approve(std::get<Permit>(permit), target.addresses(), surroundings);
  return std::holds_alternative<ApprovedTarget>(again);
}

}  // namespace brood::egress
