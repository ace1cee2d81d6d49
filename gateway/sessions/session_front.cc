#include "gateway/sessions/session_front.h"

namespace brood::gateway {

SessionFront::SessionFront(SupervisorLink& link, const RequestBounds& bounds, JobDesk* jobs,
                           SessionDesk* desk)
    : calls_(link, bounds, jobs, desk),
      life_(calls_),
      cells_(calls_),
      contexts_(calls_),
      commands_(calls_),
      files_(calls_) {}

void SessionFront::addRoutes(Router& router) {
  life_.addRoutes(router);
  cells_.addRoutes(router);
  contexts_.addRoutes(router);
  commands_.addRoutes(router);
  files_.addRoutes(router);
}

}  // namespace brood::gateway
