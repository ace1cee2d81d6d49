#include "cli/client/status_text.h"

#include <vector>

#include "cli/terminal/table.h"

namespace brood::cli {
namespace {

std::string duration(uint64_t ms) {
  uint64_t seconds = ms / 1'000;
  if (seconds < 60) return std::to_string(seconds) + " s";
  if (seconds < 3'600) {
    return std::to_string(seconds / 60) + " min " + std::to_string(seconds % 60) + " s";
  }
  return std::to_string(seconds / 3'600) + " h " + std::to_string(seconds / 60 % 60) + " min";
}

std::string state(rpc::Status::Reader status) {
  if (status.getDraining()) return "draining";
  return status.getReady() ? "ready" : "warming up";
}

std::string indented(const std::string& text) {
  std::string result;
  bool atStart = true;
  for (char c : text) {
    if (atStart) result += "  ";
    result += c;
    atStart = c == '\n';
  }
  return result;
}

std::vector<std::string> poolRow(rpc::ProfileInfo::Reader profile, const std::string& language) {
  std::string workers =
      std::to_string(profile.getIdle()) + " of " + std::to_string(profile.getTarget()) + " parked";
  if (profile.getStarting() > 0) {
    workers += ", " + std::to_string(profile.getStarting()) + " starting";
  }
  std::string zygote = profile.getReady() ? "" : "zygote not ready";
  if (profile.getZygoteRestarts() > 0) {
    zygote += (zygote.empty() ? "" : ", ") + std::string("zygote restarted ") +
              std::to_string(profile.getZygoteRestarts()) + " times";
  }
  return {profile.getName().cStr(), language, workers, zygote};
}

}  // namespace

std::string poolsText(rpc::Status::Reader status) {
  std::vector<std::vector<std::string>> rows;
  for (auto runtime : status.getRuntimes()) {
    const std::string language =
        std::string(runtime.getLanguage().cStr()) + " " + runtime.getVersion().cStr();
    for (auto profile : runtime.getProfiles()) rows.push_back(poolRow(profile, language));
  }
  if (status.hasExecuted()) rows.push_back(poolRow(status.getExecuted(), "languages below"));
  return alignedTable(rows);
}

std::string executedText(rpc::Status::Reader status) {
  std::vector<std::vector<std::string>> rows;
  for (auto runtime : status.getRuntimes()) {
    if (runtime.getProfiles().size() > 0) continue;
    const std::string reason = runtime.getWhyUnavailable().cStr();
    rows.push_back({runtime.getLanguage().cStr(), runtime.getVersion().cStr(),
                    reason.empty() ? "" : "not available: " + reason});
  }
  for (auto refusal : status.getRefusedManifests()) {
    const std::string line =
        refusal.getLine() > 0 ? ":" + std::to_string(refusal.getLine()) : std::string();
    rows.push_back(
        {"refused", "",
         std::string(refusal.getFile().cStr()) + line + ": " + refusal.getReason().cStr()});
  }
  return alignedTable(rows);
}

std::string canaryText(rpc::Canary::Reader canary) {
  size_t broken = 0;
  for (auto check : canary.getChecks()) broken += check.getVerdict() == "broken";
  std::string line = std::to_string(canary.getChecks().size()) + " checks " +
                     duration(canary.getAgeMs()) + " ago, " + std::to_string(broken) + " broken";
  if (canary.getIsolationLost().size() > 0) {
    line += std::string("; refusing jobs: ") + canary.getIsolationLost().cStr();
  }
  return line;
}

std::string statusText(rpc::Status::Reader status) {
  auto number = [](auto value) { return std::to_string(value); };
  auto isolation = status.getIsolation();
  std::vector<std::vector<std::string>> rows{
      {"supervisor", state(status) + ", version " + status.getVersion().cStr() + ", pid " +
                         number(status.getPid()) + ", up " + duration(status.getUptimeMs())},
      {"isolation", std::string(isolation.getLevel().cStr()) + ", tier " +
                        isolation.getTier().cStr() + ", " + number(isolation.getLayers().size()) +
                        " layers"}};
  for (auto missing : isolation.getMissing()) rows.push_back({"  missing", missing.cStr()});
  rows.push_back({"canary", canaryText(status.getCanary())});
  rows.push_back({"cgroup", status.getCgroup().cStr()});
  rows.push_back({"slots", number(status.getSlotsReady()) + " of " +
                               number(status.getSlotsTarget()) + " ready, " +
                               number(status.getSlotsTearingDown()) + " being torn down"});
  rows.push_back({"jobs", number(status.getJobsRunning()) + " running, " +
                              number(status.getJobsQueued()) + " queued, " +
                              number(status.getJobsTotal()) + " since the start"});
  rows.push_back({"sessions", number(status.getSessionsRunning()) + " running, " +
                                  number(status.getSessionsPaused()) + " paused, " +
                                  number(status.getSessionsTotal()) + " since the start"});
  return alignedTable(rows) + "pools\n" + indented(poolsText(status)) + "languages\n" +
         indented(executedText(status));
}

}  // namespace brood::cli
