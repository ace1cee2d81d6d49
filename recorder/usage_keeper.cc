#include "recorder/usage_keeper.h"

#include "recorder/files/usage_file.h"

namespace brood::recorder {

UsageKeeper::UsageKeeper(std::string path, spdlog::logger& logger)
    : path_(std::move(path)), logger_(logger) {
  auto loaded = loadUsage(path_);
  if (!loaded.problem.empty()) logger_.error("usage: {}; counting begins anew", loaded.problem);
  book_ = std::move(loaded.book);
}

std::string UsageKeeper::raise(std::string_view text) {
  auto usage = gateway::parseUsage(text);
  if (const auto* problem = std::get_if<std::string>(&usage)) return *problem;
  book_.raiseTo(std::get<gateway::UsageBook>(usage));
  isSaved_ = false;
  return "";
}

void UsageKeeper::save() {
  if (isSaved_) return;
  const std::string problem = saveUsage(path_, book_);
  isSaved_ = problem.empty();
  // Once per reason: it is tried again each second.
  if (problem != problem_ && !problem.empty()) logger_.error("usage: {}", problem);
  problem_ = problem;
}

}  // namespace brood::recorder
