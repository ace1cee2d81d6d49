#pragma once
// The tiers: what sandboxes can be made of, by who starts us and what the host permits.

namespace brood {

enum class Tier {
  root,     // Namespaces, with host ids of their own for each slot.
  user,     // Namespaces inside one of ours, with the one id of whoever started us.
  process,  // None: a process with what it can take away from itself.
};

constexpr const char* nameOf(Tier tier) {
  switch (tier) {
    case Tier::root:
      return "root";
    case Tier::user:
      return "user";
    case Tier::process:
      break;
  }
  return "process";
}

}  // namespace brood
