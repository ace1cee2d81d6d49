#pragma once
// Names for what a package manager needs: `pypi` instead of two hosts that the operator must know.

#include <span>
#include <string_view>

namespace brood::egress {

// Each member is an entry without a port: a host or "*.suffix".
struct Group {
  std::string_view name;
  std::span<const std::string_view> members;
};

std::span<const Group> allGroups();
// Or nullptr.
const Group* findGroup(std::string_view name);

}  // namespace brood::egress
