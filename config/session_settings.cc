#include "config/session_settings.h"

#include "config/setting_makers.h"

namespace brood {
namespace {

using enum SettingKind;

constexpr uint64_t kKi = 1ull << 10;
constexpr uint64_t kMi = 1ull << 20;
constexpr uint64_t kHourMs = 3'600'000;
constexpr Range kLifeMs{1'000, 30 * 24 * kHourMs};

#define BROOD_FIELD(field) \
  [](auto& c) -> auto& { return c.sessions.field; }

void addLives(std::vector<Setting>& all) {
  all.push_back(numberSetting("sessions.ttl_ms.default", milliseconds, kLifeMs,
                              "Life of a session that does not say",
                              BROOD_FIELD(ttlMs.defaultValue)));
  all.push_back(numberSetting("sessions.ttl_ms.max", milliseconds, kLifeMs,
                              "The longest life that a session may ask for",
                              BROOD_FIELD(ttlMs.maximum)));
  all.push_back(numberSetting("sessions.idle_timeout_ms.default", milliseconds, kLifeMs,
                              "Time without a call after which a session that does not say ends",
                              BROOD_FIELD(idleTimeoutMs.defaultValue)));
  all.push_back(numberSetting("sessions.idle_timeout_ms.max", milliseconds, kLifeMs,
                              "The longest such time that a session may ask for",
                              BROOD_FIELD(idleTimeoutMs.maximum)));
  all.push_back(numberSetting("sessions.interrupt_grace_ms", milliseconds, {1, kHourMs},
                              "From the interrupt of a cell that is over its time to the end of "
                              "its context",
                              BROOD_FIELD(interruptGraceMs)));
  all.push_back(numberSetting("sessions.kept_reasons_ms", milliseconds, {0, 24 * kHourMs},
                              "How long it is said of a session why it has ended",
                              BROOD_FIELD(keptReasonsMs)));
}

void addBounds(std::vector<Setting>& all) {
  all.push_back(numberSetting("sessions.max_contexts", count, {1, 1'000}, "Contexts of one session",
                              BROOD_FIELD(maxContexts)));
  all.push_back(numberSetting("sessions.max_commands", count, {0, 1'000},
                              "Commands that run at once in one session",
                              BROOD_FIELD(maxCommands)));
  all.push_back(numberSetting("sessions.max_waiting_cells", count, {0, 10'000},
                              "Cells that wait for one context; more are refused",
                              BROOD_FIELD(maxWaitingCells)));
  all.push_back(numberSetting("sessions.late_bytes", bytes, {kKi, 16 * kMi},
                              "Kept of what a context writes between two cells",
                              BROOD_FIELD(lateBytes)));
  all.push_back(numberSetting("sessions.replay_bytes", bytes, {kKi, 64 * kMi},
                              "Kept of what a command writes, for those who follow it later",
                              BROOD_FIELD(replayBytes)));
  all.push_back(numberSetting("sessions.max_file_bytes", bytes, {kKi, 64 * kMi},
                              "Read or written by one call", BROOD_FIELD(maxFileBytes)));
  all.push_back(numberSetting("sessions.file_timeout_ms", milliseconds, {100, kHourMs},
                              "Longest time for one call about files", BROOD_FIELD(fileTimeoutMs)));
}

}  // namespace

void addSessionSettings(std::vector<Setting>& all) {
  all.push_back(choiceSetting("sessions.enabled", {"on", "off"},
                              "Whether sandboxes may be kept between calls", BROOD_FIELD(enabled)));
  all.push_back(numberSetting("sessions.max_sessions", count, {1, 100'000},
                              "Sessions at once; each keeps a sandbox", BROOD_FIELD(maxSessions)));
  addLives(all);
  addBounds(all);
}

#undef BROOD_FIELD

}  // namespace brood
