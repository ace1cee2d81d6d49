#include "gateway/protocols/sandboxfusion/sandbox_fusion.h"

#include <utility>

namespace brood::gateway::sandboxfusion {

void SandboxFusion::addRoutes(Router& router) {
  router.add("POST", "/run_code", [this](HttpRequest& request, ResponseWriter& writer) {
    return runCode(request, writer);
  });
  router.add(
      "GET", "/v1/ping",
      [](HttpRequest&, ResponseWriter& writer) {
        HttpResponse response;
        response.body = "\"pong\"";
        return writer.send(std::move(response));
      },
      Need::nothing);
}

kj::Promise<void> SandboxFusion::runCode(HttpRequest& request, ResponseWriter& writer) {
  auto read = readRunCode(request.body, limits_);
  const uint64_t bodyBytes = std::exchange(request.body, {}).size();
  if (const auto* problem = std::get_if<FusionProblem>(&read)) {
    return writer.send(FusionAnswer::unprocessable(*problem));
  }
  auto& order = std::get<JobOrder>(read);
  order.sender = request.sender;
  return jobs_.answer(order, bodyBytes, nullptr, answers_, writer);
}

}  // namespace brood::gateway::sandboxfusion
