#pragma once
// All that HTTP has of sessions, put together.

#include "gateway/sessions/cell_calls.h"
#include "gateway/sessions/command_calls.h"
#include "gateway/sessions/context_calls.h"
#include "gateway/sessions/file_calls.h"
#include "gateway/sessions/session_life.h"

namespace brood::gateway {

class SessionFront {
 public:
  // As SessionCalls.
  SessionFront(SupervisorLink& link, const RequestBounds& bounds, JobDesk* jobs = nullptr,
               SessionDesk* desk = nullptr);
  KJ_DISALLOW_COPY(SessionFront);

  // The handlers borrow from this.
  void addRoutes(Router& router);

 private:
  SessionCalls calls_;
  SessionLife life_;
  CellCalls cells_;
  ContextCalls contexts_;
  CommandCalls commands_;
  FileCalls files_;
};

}  // namespace brood::gateway
