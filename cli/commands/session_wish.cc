#include "cli/commands/session_wish.h"

#include "cli/client/own_files.h"

namespace brood::cli {

SessionWish wishOf(const SessionArguments& arguments, const RunTenant& tenant) {
  SessionWish wish;
  wish.language = arguments.language;
  wish.profile = arguments.profile;
  wish.environment = arguments.environment;
  wish.labels = arguments.labels;
  for (const auto& [path, name] : arguments.files) wish.files.emplace_back(name, readAll(path));
  wish.limits = arguments.limits;
  wish.ttlMs = arguments.ttlMs;
  wish.idleTimeoutMs = arguments.idleTimeoutMs;
  wish.network = arguments.network;
  wish.mostSessions = tenant.sessions;
  return wish;
}

}  // namespace brood::cli
