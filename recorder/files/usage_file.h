#pragma once
// The usage of all tenants on the disk.

#include <string>

#include "gateway/quotas/usage_book.h"

namespace brood::recorder {

struct LoadedUsage {
  gateway::UsageBook book;
  // Empty if the file was good, or there was none. Else says what is wrong: the file was put aside
  // as `path`.bad, and counting begins anew.
  std::string problem;
};

LoadedUsage loadUsage(const std::string& path);

// Whole and on the disk afterwards. Returns why not, empty if it is.
std::string saveUsage(const std::string& path, const gateway::UsageBook& book);

}  // namespace brood::recorder
