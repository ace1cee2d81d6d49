#include "cli/client/session_opening.h"

#include "base/text.h"

namespace brood::cli {
namespace {

unsigned countOf(size_t size) { return static_cast<unsigned>(size); }

}  // namespace

OpenSession openSession(SessionClient& client, const SessionWish& wish) {
  auto call = client.sessions().openRequest();
  auto spec = call.initSpec();
  spec.setLanguage(wish.language);
  spec.setProfile(wish.profile);
  auto environment = spec.initEnv(countOf(wish.environment.size()));
  for (unsigned i = 0; i < environment.size(); ++i) {
    environment[i].setName(wish.environment[i].first);
    environment[i].setValue(wish.environment[i].second);
  }
  auto labels = spec.initMetadata(countOf(wish.labels.size()));
  for (unsigned i = 0; i < labels.size(); ++i) {
    labels[i].setName(wish.labels[i].first);
    labels[i].setValue(wish.labels[i].second);
  }
  auto files = spec.initFiles(countOf(wish.files.size()));
  for (unsigned i = 0; i < files.size(); ++i) {
    files[i].setPath(wish.files[i].first);
    files[i].setContent(asData(wish.files[i].second));
  }
  if (wish.network == "on") spec.initNetwork().setOn();
  if (wish.network == "off") spec.initNetwork().setOff();
  writeLimits(wish.limits, spec.initLimits());
  spec.setTtlMs(wish.ttlMs);
  spec.setIdleTimeoutMs(wish.idleTimeoutMs);
  spec.setTenant(client.tenant());
  spec.setTenantSessions(wish.mostSessions);
  auto response =
      client.wait(kj::Promise<capnp::Response<rpc::Sessions::OpenResults>>(call.send()));
  const auto outcome = response.getOutcome();
  if (outcome.isRejected()) refuse(outcome.getRejected());
  const auto info = outcome.getOpened().getInfo();
  return {textOf(info.getId()), textOf(info.getLanguage()), outcome.getOpened().getSession()};
}

}  // namespace brood::cli
