#include "gateway/sessions/words/session_json.h"

#include "config/job_limits.h"
#include "rpc/calls/result_json.h"
#include "rpc/calls/result_names.h"

namespace brood::gateway {
namespace {

const char* stateName(rpc::SessionState state) {
  switch (state) {
    case rpc::SessionState::RUNNING:
      return "running";
    case rpc::SessionState::PAUSED:
      return "paused";
    case rpc::SessionState::CLOSED:
      break;
  }
  return "closed";
}

const char* stateName(rpc::ContextState state) {
  switch (state) {
    case rpc::ContextState::IDLE:
      return "idle";
    case rpc::ContextState::BUSY:
      return "busy";
    case rpc::ContextState::LOST:
      break;
  }
  return "lost";
}

const char* typeName(rpc::FileType type) {
  switch (type) {
    case rpc::FileType::FILE:
      return "file";
    case rpc::FileType::DIRECTORY:
      return "directory";
    case rpc::FileType::SYMLINK:
      return "symlink";
    case rpc::FileType::OTHER:
      break;
  }
  return "other";
}

void writeTextOrNull(JsonWriter& json, std::string_view name, capnp::Text::Reader text) {
  json.key(name);
  if (text.size() > 0) {
    json.string(asView(text));
  } else {
    json.null();
  }
}

// The names are the client's own.
void writeMetadata(JsonWriter& json, capnp::List<rpc::Label>::Reader labels) {
  json.key("metadata").beginObject();
  for (auto label : labels) {
    std::string name;
    appendJsonText(name, asView(label.getName()));
    json.field(name, asView(label.getValue()));
  }
  json.endObject();
}

void writeLimitValues(JsonWriter& json, rpc::Limits::Reader limits) {
  json.key("limits").beginObject();
  for (const auto& limit : kJobLimits) json.field(limit.name, (limits.*limit.get)());
  json.endObject();
}

void writeError(JsonWriter& json, const CellError& error) {
  json.key("error").beginObject().field("name", error.name).field("value", error.value);
  json.key("traceback").beginArray();
  for (const auto& line : error.traceback) json.string(line);
  json.endArray().endObject();
}

}  // namespace

void writeContextInfo(JsonWriter& json, rpc::ContextInfo::Reader context) {
  json.beginObject().field("id", asView(context.getId()));
  json.field("language", asView(context.getLanguage()));
  json.field("state", stateName(context.getState())).field("cells", context.getCells());
  json.field("waiting", context.getWaiting());
  json.field("is_default", context.getIsDefault()).endObject();
}

void writeCommandInfo(JsonWriter& json, rpc::CommandInfo::Reader command) {
  json.beginObject().field("id", asView(command.getId())).key("argv");
  writeTextList(json, command.getArgv());
  json.field("running", command.getRunning()).key("exit_code");
  if (command.getHasExitCode()) {
    json.number(int64_t{command.getExitCode()});
  } else {
    json.null();
  }
  writeTextOrNull(json, "signal", command.getSignal());
  json.field("tag", asView(command.getTag()));
  json.key("started_unix_ms").number(int64_t{command.getStartedUnixMs()}).endObject();
}

void writeFileInfo(JsonWriter& json, rpc::FileInfo::Reader file) {
  json.beginObject().field("path", asView(file.getPath()));
  json.field("type", typeName(file.getType())).field("size", file.getSize());
  json.field("mode", file.getMode());
  json.key("modified_unix_ms").number(int64_t{file.getModifiedUnixMs()});
  if (file.getType() == rpc::FileType::SYMLINK) json.field("target", asView(file.getTarget()));
  json.field("owner", asView(file.getOwner())).field("group", asView(file.getGroup()));
  json.endObject();
}

std::string filesJson(capnp::List<rpc::FileInfo>::Reader files) {
  std::string text;
  JsonWriter json(text);
  json.beginObject().key("files").beginArray();
  for (auto file : files) writeFileInfo(json, file);
  json.endArray().endObject();
  return text;
}

void writeSessionInfo(JsonWriter& json, rpc::SessionInfo::Reader info) {
  json.beginObject().field("id", asView(info.getId()));
  json.field("language", asView(info.getLanguage())).field("profile", asView(info.getProfile()));
  json.field("state", stateName(info.getState()));
  json.key("created_unix_ms").number(int64_t{info.getCreatedUnixMs()});
  json.key("expires_unix_ms").number(int64_t{info.getExpiresUnixMs()});
  json.field("ttl_ms", info.getTtlMs()).field("idle_timeout_ms", info.getIdleTimeoutMs());
  writeMetadata(json, info.getMetadata());
  json.key("contexts").beginArray();
  for (auto context : info.getContexts()) writeContextInfo(json, context);
  json.endArray().key("commands").beginArray();
  for (auto command : info.getCommands()) writeCommandInfo(json, command);
  json.endArray().key("usage").beginObject();
  json.field("memory_bytes", info.getMemoryBytes()).field("cpu_us", info.getCpuMicros());
  json.endObject();
  writeLimitValues(json, info.getLimits());
  json.field("start", startName(info.getStart())).key("isolation");
  writeIsolation(json, info.getIsolation());
  json.endObject();
}

void writeCellResult(JsonWriter& json, rpc::CellResult::Reader result, bool withOutput) {
  json.beginObject();
  writeResultFields(json, result.getJob(), withOutput);
  json.field("execution_count", result.getExecutionCount());
  if (const auto error = readCellError(asView(result.getError()))) writeError(json, *error);
  const bool isLost = result.getContextState() == rpc::ContextState::LOST;
  json.key("context").beginObject().field("id", asView(result.getContextId()));
  json.field("state", isLost ? "lost" : "kept").field("new", result.getContextIsNew()).endObject();
  // The end of what may have been more: it may begin within a character.
  json.output("late_output", asView(result.getLateOutput()), false);
  json.field("covers", asView(result.getCovers())).endObject();
}

void writeCommandOutcome(JsonWriter& json, rpc::CommandInfo::Reader command,
                         const std::optional<rpc::JobResult::Reader>& result, bool withOutput) {
  json.beginObject().key("command");
  writeCommandInfo(json, command);
  json.key("result");
  if (result) {
    writeResult(json, *result, withOutput);
  } else {
    json.null();
  }
  json.endObject();
}

}  // namespace brood::gateway
