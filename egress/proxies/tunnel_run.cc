#include "egress/proxies/tunnel_run.h"

#include "egress/proxies/hello_guard.h"

namespace brood::egress {
namespace {

using Guarded = std::variant<std::string, Refusal>;

class Run {
 public:
  Run(const Services& services, Job& job, BufferedStream& client, Reached reached)
      : services_(services),
        job_(job),
        client_(client),
        reached_(kj::mv(reached)),
        meter_(job, reached_.use),
        silence_(services.timer, job.longestSilence()),
        tunnel_(client.stream(), *reached_.stream, meter_, silence_) {}

  kj::Promise<void> start() {
    const auto& target = reached_.target;
    // Where the server may speak first it may do so at once.
    const bool isHeld = services_.settings->requireSni && target.port() == kTlsPort;
    if (!isHeld) tunnel_.openDown();
    return guard().then([this, isHeld](Guarded&& guarded) -> kj::Promise<void> {
      if (auto* refusal = std::get_if<Refusal>(&guarded)) return refuse(*refusal);
      if (isHeld) tunnel_.openDown();
      tunnel_.openUp(std::move(std::get<std::string>(guarded)));
      return tunnel_.whenEnded();
    });
  }

 private:
  kj::Promise<Guarded> guard() {
    const auto settings = services_.settings;
    if (!settings->requireSni) {
      std::string first(client_.bytes());
      client_.consume(first.size());
      return Guarded(std::move(first));
    }
    const auto& target = reached_.target;
    // Where a server may speak first, a client may wait for it as long as any tunnel may be silent.
    const bool mayWait = target.port() != kTlsPort && client_.bytes().empty();
    auto late = mayWait ? silence_.whenSilent() : services_.timer.afterDelay(settings->headTimeout);
    return guardHello(client_, target.host(), target.port())
        .exclusiveJoin(late.then([]() -> Guarded {
          return Refusal{"hello_timeout", "egress.head_timeout_ms",
                         "the client did not say in time which host it asks for"};
        }));
  }

  kj::Promise<void> refuse(const Refusal& refusal) {
    const auto& target = reached_.target;
    job_.noteDenied(textOf(target.host()), target.port(), refusal);
    alert_ = unrecognizedNameAlert();
    return client_.stream().write(alert_.data(), alert_.size());
  }

  const Services& services_;
  Job& job_;
  BufferedStream& client_;
  Reached reached_;
  JobMeter meter_;
  SilenceWatch silence_;
  Tunnel tunnel_;
  std::string alert_;
};

}  // namespace

void watchTarget(LiveConnection& connection, const Job& job, const ApprovedTarget& target) {
  connection.isStillAllowed = [&job, target](const Settings& settings) {
    return isStillAllowed(target, settings.policy, job.narrowing(), settings.surroundings);
  };
}

kj::Promise<void> runTunnel(const Services& services, Job& job, LiveConnection& connection,
                            BufferedStream& client, Reached reached) {
  watchTarget(connection, job, reached.target);
  auto run = kj::heap<Run>(services, job, client, kj::mv(reached));
  auto ended = run->start();
  return ended.attach(kj::mv(run));
}

}  // namespace brood::egress
