#pragma once
// A supervisor in a process of its own whose sessions are fakes, for commands that have a loop of
// their own.

#include <sys/types.h>

#include <functional>
#include <string>

#include "tests/unit/gateway/fake_sessions.h"

namespace brood::cli {

class ServedSessions {
 public:
  using Prepare = std::function<void(gateway::FakeSessionState&)>;

  // Serves once this returns. `prepare` is called over there.
  explicit ServedSessions(const Prepare& prepare = {});
  ~ServedSessions();
  ServedSessions(const ServedSessions&) = delete;

  std::string socketPath() const { return folder_ + "/brood.sock"; }
  const std::string& folder() const { return folder_; }

  // A cell prints its code, a command its arguments.
  static void echo(gateway::FakeSessionState& state);

 private:
  std::string folder_;
  pid_t pid_ = -1;
};

}  // namespace brood::cli
