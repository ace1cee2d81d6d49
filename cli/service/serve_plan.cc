#include "cli/service/serve_plan.h"

#include "config/secrets.h"
#include "gateway/access/access_plan.h"
#include "gateway/access/api_key.h"

namespace brood::cli {

ServePlan planServing(const Config& config, const std::vector<std::string>& environment) {
  const auto access = gateway::planAccess(config, readSecrets(environment));
  ServePlan plan;
  plan.needsRecorder = needsRecorder(config, access);
  plan.asksForKeys = access.asksForKeys();
  plan.supervisorEnvironment = withoutSecrets(environment);
  plan.gatewayEnvironment = withoutSecrets(environment, {kApiKeyVariable});
  plan.recorderEnvironment =
      withoutSecrets(environment, {kSupabaseKeyVariable, kTraceHeadersVariable});
  if (access.kind == gateway::AccessPlan::Kind::needsKey) {
    plan.madeKey = gateway::makeApiKey(gateway::KeyForm::brood);
    plan.gatewayEnvironment.push_back(std::string(kApiKeyVariable) + "=" + *plan.madeKey);
  }
  return plan;
}

}  // namespace brood::cli
