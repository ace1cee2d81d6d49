#include "supervisor/front/session_writer.h"

#include <sys/stat.h>

#include "base/text.h"
#include "supervisor/base/lists.h"
#include "supervisor/front/reply_writer.h"
#include "supervisor/sessions/file_records.h"

namespace brood::supervisor {
namespace {

rpc::ContextState stateOf(const Context& context) {
  if (context.isBusy()) return rpc::ContextState::BUSY;
  return context.isLost() ? rpc::ContextState::LOST : rpc::ContextState::IDLE;
}

rpc::SessionState stateOf(const Session& session) {
  if (session.ended()) return rpc::SessionState::CLOSED;
  return session.isPaused() ? rpc::SessionState::PAUSED : rpc::SessionState::RUNNING;
}

// As of a job's (supervisor/front/reply_writer.cc), but that nobody has asked a zygote that is not
// there.
std::string versionOf(const Session& session, const std::string& language) {
  const auto& rules = session.tools().rules;
  const auto* manifest = rules.profiles.findLanguage(language);
  if (manifest == nullptr) return "";
  const Profile* profile = session.plan().opening.profile.get();
  if (profile != nullptr && &profile->manifest == manifest && !manifest->parks()) {
    return profile->zygote->info().version;
  }
  return rules.toolchains.of(*manifest).version;
}

rpc::FileType typeOf(uint32_t mode) {
  if (S_ISREG(mode)) return rpc::FileType::FILE;
  if (S_ISDIR(mode)) return rpc::FileType::DIRECTORY;
  return S_ISLNK(mode) ? rpc::FileType::SYMLINK : rpc::FileType::OTHER;
}

void writeFile(const ListedFile& file, rpc::FileInfo::Builder out) {
  out.setPath(asText(file.path));
  out.setType(typeOf(file.record.mode));
  out.setSize(file.record.size);
  out.setMode(file.record.mode & 07777);
  out.setModifiedUnixMs(file.record.modifiedMs);
  out.setTarget(asText(file.target));
  out.setOwner(std::to_string(file.record.userId));
  out.setGroup(std::to_string(file.record.groupId));
}

}  // namespace

void writeContext(const Session& session, const Context& context, rpc::ContextInfo::Builder out) {
  out.setId(context.id());
  out.setLanguage(context.language());
  out.setState(stateOf(context));
  out.setCells(context.cellsRun());
  out.setIsDefault(session.isDefault(context));
  out.setWaiting(static_cast<uint32_t>(context.waiting()));
}

void writeSession(Session& session, const IsolationReport& isolation,
                  rpc::SessionInfo::Builder out) {
  out.setId(session.id());
  out.setLanguage(session.plan().opening.language->name);
  const auto& profile = session.plan().opening.profile;
  if (profile != nullptr) out.setProfile(profile->config.name);
  out.setState(stateOf(session));
  out.setCreatedUnixMs(session.createdUnixMs());
  out.setExpiresUnixMs(session.expiresUnixMs());
  out.setTtlMs(session.life().ttlMs());
  out.setIdleTimeoutMs(session.life().idleTimeoutMs());
  auto labels = out.initMetadata(static_cast<unsigned>(session.metadata().size()));
  for (unsigned i = 0; i < labels.size(); ++i) {
    labels[i].setName(session.metadata()[i].first);
    labels[i].setValue(session.metadata()[i].second);
  }
  auto contexts = out.initContexts(static_cast<unsigned>(session.contexts().size()));
  unsigned at = 0;
  for (const auto& [id, context] : session.contexts()) {
    writeContext(session, *context, contexts[at++]);
  }
  const auto& all = session.commands().all();
  auto commands = out.initCommands(static_cast<unsigned>(all.size()));
  at = 0;
  for (const auto& [number, command] : all) writeStarted(*command, commands[at++]);
  out.setMemoryBytes(session.memoryBytes());
  out.setCpuMicros(session.cpuMicros());
  writeLimits(session.limits(), out.initLimits());
  out.setTenant(session.tenant());
  out.setStart(session.start());
  fillIsolation(isolation, out.initIsolation());
}

void writeCell(const Session& session, const Context& context, const CellEnd& cell,
               const IsolationReport& isolation, rpc::CellResult::Builder out) {
  auto job = out.initJob();
  job.setId(cell.id);
  writeVerdict(cell.verdict, cell.facts, job);
  job.setStdout(asData(cell.stdout));
  job.setStderr(asData(cell.stderr));
  job.setStdoutTruncated(cell.stdoutTruncated);
  job.setStderrTruncated(cell.stderrTruncated);
  writeRichResults(cell.results, job);
  job.setResultsTruncated(cell.resultsTruncated);
  job.setStart(session.start());
  job.setQueueMicros(cell.queueMicros);
  job.setAcquireMicros(cell.acquireMicros);
  job.setRunMicros(cell.runMicros);
  job.setTotalMicros(cell.totalMicros);
  job.setLanguage(context.language());
  job.setVersion(versionOf(session, context.language()));
  fillIsolation(isolation, job.initIsolation());

  out.setExecutionCount(cell.number);
  out.setContextId(cell.contextId);
  out.setContextState(cell.isContextLost ? rpc::ContextState::LOST : rpc::ContextState::IDLE);
  out.setContextIsNew(cell.isContextNew);
  out.setError({cell.error.data(), cell.error.size()});
  out.setLateOutput(asData(cell.lateOutput));
  // One group counts for all of a session's processes.
  out.setCovers("session");
}

void writeStarted(const Command& command, rpc::CommandInfo::Builder out) {
  out.setId(command.id());
  const auto& argv = command.order().argv;
  setTexts(out.initArgv(static_cast<unsigned>(argv.size())), argv);
  out.setRunning(command.isRunning());
  out.setTag(command.order().tag);
  out.setStartedUnixMs(command.startedUnixMs());
  if (command.isRunning()) return;
  out.setHasExitCode(command.verdict().hasExitCode);
  out.setExitCode(command.verdict().exitCode);
  out.setSignal(command.verdict().signal);
}

void writeCommand(const Session& session, const Command& command, const IsolationReport& isolation,
                  rpc::JobResult::Builder out) {
  out.setId(session.id() + "/" + command.id());
  writeVerdict(command.verdict(), command.facts(), out);
  out.setStdout(asData(command.stdout()));
  out.setStderr(asData(command.stderr()));
  out.setStdoutTruncated(command.stdoutTruncated());
  out.setStderrTruncated(command.stderrTruncated());
  out.setStart(rpc::StartKind::WARM);
  out.setRunMicros(command.facts().wallMicros);
  out.setTotalMicros(command.facts().wallMicros);
  fillIsolation(isolation, out.initIsolation());
}

kj::Maybe<RejectionInfo> writeFiles(FileOrder order, const FileAnswer& answer,
                                    rpc::FileOutcome::Builder out) {
  if (order == FileOrder::read) {
    out.setContent({answer.content.data(), answer.content.size()});
    return nullptr;
  }
  auto files = parseFileRecords({answer.content.data(), answer.content.size()});
  if (!files) {
    return RejectionInfo{rpc::RejectionKind::UNAVAILABLE, "file_agent_lost",
                         "the session's file agent has answered something else", "", 1'000};
  }
  if (files->empty() && order != FileOrder::list) {
    out.setDone();
    return nullptr;
  }
  auto list = out.initFiles(static_cast<unsigned>(files->size()));
  for (unsigned i = 0; i < list.size(); ++i) writeFile((*files)[i], list[i]);
  return nullptr;
}

}  // namespace brood::supervisor
