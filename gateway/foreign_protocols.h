#pragma once
// The interfaces of others that are switched on ([protocols]), beside our own.

#include <optional>

#include "config/config.h"
#include "gateway/protocols/dify/dify_sandbox.h"
#include "gateway/protocols/mcp/mcp_server.h"
#include "gateway/protocols/sandboxfusion/sandbox_fusion.h"

namespace brood::gateway {

class ForeignProtocols {
 public:
  // The link and the desks are borrowed; see JobCaller.
  ForeignProtocols(SupervisorLink& link, const Config& config, JobDesk* desk,
                   SessionDesk* sessions) {
    const RequestBounds bounds(config);
    if (config.protocols.hasDify()) dify_.emplace(link, bounds, desk);
    if (config.protocols.hasSandboxFusion()) fusion_.emplace(link, bounds, desk);
    if (config.protocols.hasMcp()) mcp_.emplace(link, bounds, desk, sessions);
  }

  // Borrows this.
  void addRoutes(Router& router) {
    if (dify_) dify_->addRoutes(router);
    if (fusion_) fusion_->addRoutes(router);
    if (mcp_) mcp_->addRoutes(router);
  }

 private:
  std::optional<dify::DifySandbox> dify_;
  std::optional<sandboxfusion::SandboxFusion> fusion_;
  std::optional<mcp::McpServer> mcp_;
};

}  // namespace brood::gateway
