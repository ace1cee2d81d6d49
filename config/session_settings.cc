#include "config/session_settings.h"

#include "config/quantities.h"
#include "config/setting_makers.h"

namespace brood {
namespace {

using enum SettingKind;

constexpr Range kLifeMs{1'000, 30 * 24 * kHourMs};

void addLives(std::vector<Setting>& all) {
  all.push_back(numberSetting("sessions.ttl_ms.default", milliseconds, kLifeMs,
                              "Life of a session that does not say",
                              BROOD_FIELD(sessions.ttlMs.defaultValue)));
  all.push_back(numberSetting("sessions.ttl_ms.max", milliseconds, kLifeMs,
                              "The longest life that a session may ask for",
                              BROOD_FIELD(sessions.ttlMs.maximum)));
  all.push_back(numberSetting("sessions.idle_timeout_ms.default", milliseconds, kLifeMs,
                              "Time without a call after which a session that does not say ends",
                              BROOD_FIELD(sessions.idleTimeoutMs.defaultValue)));
  all.push_back(numberSetting("sessions.idle_timeout_ms.max", milliseconds, kLifeMs,
                              "The longest such time that a session may ask for",
                              BROOD_FIELD(sessions.idleTimeoutMs.maximum)));
}

void addBounds(std::vector<Setting>& all) {
  all.push_back(numberSetting("sessions.interrupt_grace_ms", milliseconds, {1, kHourMs},
                              "From the interrupt of a cell that is over its time to the end of "
                              "its context",
                              BROOD_FIELD(sessions.interruptGraceMs)));
  all.push_back(numberSetting("sessions.kept_reasons_ms", milliseconds, {0, 24 * kHourMs},
                              "How long it is said of a session why it has ended",
                              BROOD_FIELD(sessions.keptReasonsMs)));
  all.push_back(numberSetting("sessions.max_contexts", count, {1, 1'000}, "Contexts of one session",
                              BROOD_FIELD(sessions.maxContexts)));
  all.push_back(numberSetting("sessions.max_commands", count, {0, 1'000},
                              "Commands that run at once in one session",
                              BROOD_FIELD(sessions.maxCommands)));
  all.push_back(numberSetting("sessions.max_waiting_cells", count, {0, 10'000},
                              "Cells that wait for one context; more are refused",
                              BROOD_FIELD(sessions.maxWaitingCells)));
  all.push_back(numberSetting("sessions.late_bytes", bytes, {kKi, 16 * kMi},
                              "Kept of what a context writes between two cells",
                              BROOD_FIELD(sessions.lateBytes)));
  all.push_back(numberSetting("sessions.replay_bytes", bytes, {kKi, 64 * kMi},
                              "Kept of what a command writes, for those who follow it later",
                              BROOD_FIELD(sessions.replayBytes)));
  all.push_back(numberSetting("sessions.max_file_bytes", bytes, {kKi, 64 * kMi},
                              "Read or written by one call", BROOD_FIELD(sessions.maxFileBytes)));
  all.push_back(numberSetting("sessions.file_timeout_ms", milliseconds, {100, kHourMs},
                              "Longest time for one call about files",
                              BROOD_FIELD(sessions.fileTimeoutMs)));
}

}  // namespace

void addSessionSettings(std::vector<Setting>& all) {
  all.push_back(choiceSetting("sessions.enabled", {"on", "off"},
                              "Whether sandboxes may be kept between calls",
                              BROOD_FIELD(sessions.enabled)));
  all.push_back(numberSetting("sessions.max_sessions", count, {1, 100'000},
                              "Sessions at once; each keeps a sandbox",
                              BROOD_FIELD(sessions.maxSessions)));
  addBounds(all);
  // Tables of their own come behind the keys of [sessions] itself.
  addLives(all);
}

}  // namespace brood
