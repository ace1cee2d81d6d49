#pragma once
// The usage of tenants, in memory and, a moment later, on the disk.

#include <spdlog/logger.h>

#include <string>
#include <string_view>

#include "gateway/quotas/usage_book.h"

namespace brood::recorder {

class UsageKeeper {
 public:
  // Loads what there is. The logger is borrowed.
  UsageKeeper(std::string path, spdlog::logger& logger);

  // Usage as in the usage file: what is more than before counts. Returns what is wrong with it.
  std::string raise(std::string_view text);
  // Saves what is not on the disk yet. Call now and then, and at the end.
  void save();
  std::string text() const { return usageText(book_); }

 private:
  const std::string path_;
  spdlog::logger& logger_;
  gateway::UsageBook book_;
  bool isSaved_ = true;
  std::string problem_;  // Why the last attempt to save failed.
};

}  // namespace brood::recorder
