#pragma once
// brood key: makes, lists and revokes API keys.

#include <optional>
#include <string>
#include <vector>

#include "base/utc_time.h"
#include "config/config.h"

namespace brood::cli {

struct KeyArguments {
  enum class Action { create, list, revoke };
  Action action = Action::list;
  std::string tenant;
  std::vector<std::string> scopes{"run", "session"};
  std::optional<uint64_t> lifeMs;  // Unset: it does not expire.
  bool e2b = false;
  std::string fromFile;     // A key that somebody else has made; "-": standard input.
  std::string certificate;  // The common name of a client's certificate instead of a key.
  std::string note;
  std::string id;  // To be revoked.
};

// Prints a key once, and nothing else on standard output, so that a script can take it.
int keyCommand(const KeyArguments& arguments, const AccessConfig& config, bool json,
               UnixMillis now = wallClockMillis());

}  // namespace brood::cli
