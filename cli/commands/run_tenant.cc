#include "cli/commands/run_tenant.h"

#include <unistd.h>

#include <algorithm>

#include "base/durable_file.h"
#include "cli/terminal/cli_error.h"
#include "cli/terminal/exit_codes.h"
#include "gateway/access/key_ring.h"
#include "gateway/access/key_store.h"

namespace brood::cli {
namespace {

constexpr size_t kMostBytes = 4096;

[[noreturn]] void refuse(const std::string& problem) {
  throw CliError(problem, kBroodFailedExitCode);
}

std::string keyIn(const std::string& path) {
  const auto read = readSmallFile(path, kMostBytes);
  if (const auto* problem = std::get_if<FileProblem>(&read)) {
    refuse("--api-key-file: " + problem->text);
  }
  std::string key = std::get<FileText>(read).text;
  while (!key.empty() && (key.back() == '\n' || key.back() == '\r')) key.pop_back();
  return key;
}

std::string whyNot(gateway::KeyVerdict verdict, gateway::Scope scope) {
  switch (verdict) {
    case gateway::KeyVerdict::good:
      return std::string("may not ") +
             (scope == gateway::Scope::run ? "run jobs" : "use sessions") +
             ": it is not of the scope " + gateway::scopeName(scope);
    case gateway::KeyVerdict::expired:
      return "has expired";
    case gateway::KeyVerdict::revoked:
      return "has been revoked";
    case gateway::KeyVerdict::unknown:
      break;
  }
  return "is in no key file";
}

// 0 for a number without a limit.
uint32_t asCount(const std::optional<uint64_t>& most) {
  const uint64_t count = most.value_or(gateway::kUnlimited);
  return count == gateway::kUnlimited
             ? 0
             : static_cast<uint32_t>(std::min<uint64_t>(count, UINT32_MAX));
}

}  // namespace

RunTenant tenantOfRun(const std::optional<std::string>& keyPath, const Secrets& secrets,
                      const AccessConfig& config, UnixMillis now, gateway::Scope scope) {
  if (!keyPath && !secrets.apiKey) return {};
  const std::string key = keyPath ? keyIn(*keyPath) : *secrets.apiKey;
  gateway::KeyFile file;
  const bool hasFile = !config.keysFile.empty() || ::access(config.keysPath().c_str(), F_OK) == 0;
  if (hasFile) {
    auto read = gateway::readKeyFile(config.keysPath());
    if (const auto* problem = std::get_if<std::string>(&read)) refuse(*problem);
    file = std::move(std::get<gateway::KeyFile>(read));
  }
  const gateway::KeyRing ring(std::move(file), hasFile ? std::nullopt : secrets.apiKey);
  const auto found = ring.find(key, now);
  const bool isGood = found.verdict == gateway::KeyVerdict::good && found.entry->scopes.has(scope);
  if (!isGood) refuse("the key " + whyNot(found.verdict, scope));
  const auto limits = ring.file().limitsOf(found.entry->tenant);
  return {found.entry->tenant, asCount(limits.jobsAtOnce), asCount(limits.sessions)};
}

}  // namespace brood::cli
