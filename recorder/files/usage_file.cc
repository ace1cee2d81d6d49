#include "recorder/files/usage_file.h"

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "base/durable_file.h"

namespace brood::recorder {

LoadedUsage loadUsage(const std::string& path) {
  auto file = readSmallFile(path, gateway::kMaxUsageFileBytes);
  if (const auto* problem = std::get_if<FileProblem>(&file)) {
    return {{}, problem->error == ENOENT ? "" : problem->text};
  }
  auto usage = gateway::parseUsage(std::get<FileText>(file).text);
  if (const auto* problem = std::get_if<std::string>(&usage)) {
    const std::string aside = path + ".bad";
    const bool isAside = std::rename(path.c_str(), aside.c_str()) == 0;
    return {{}, path + ": " + *problem + (isAside ? "; it is now " + aside : "")};
  }
  return {std::move(std::get<gateway::UsageBook>(usage)), ""};
}

std::string saveUsage(const std::string& path, const gateway::UsageBook& book) try {
  replaceDurably(path, usageText(book));
  return "";
} catch (const std::system_error& error) {
  return error.what();
}

}  // namespace brood::recorder
