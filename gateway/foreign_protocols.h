#pragma once
// The interfaces of others that are switched on ([protocols]), beside our own.

#include <optional>

#include "config/config.h"
#include "gateway/protocols/dify/dify_sandbox.h"
#include "gateway/protocols/sandboxfusion/sandbox_fusion.h"

namespace brood::gateway {

class ForeignProtocols {
 public:
  // The link and the desk are borrowed; see JobCaller.
  ForeignProtocols(SupervisorLink& link, const Config& config, JobDesk* desk) {
    const RequestBounds bounds(config);
    if (config.protocols.hasDify()) dify_.emplace(link, bounds, desk);
    if (config.protocols.hasSandboxFusion()) fusion_.emplace(link, bounds, desk);
  }

  // Borrows this.
  void addRoutes(Router& router) {
    if (dify_) dify_->addRoutes(router);
    if (fusion_) fusion_->addRoutes(router);
  }

 private:
  std::optional<dify::DifySandbox> dify_;
  std::optional<sandboxfusion::SandboxFusion> fusion_;
};

}  // namespace brood::gateway
