#pragma once
// Sessions and what is in them as JSON, with the names of the HTTP API.

#include <optional>
#include <string>

#include "gateway/sessions/words/cell_error.h"
#include "rpc/calls/json_writer.h"
#include "rpc/calls/sessions.capnp.h"

namespace brood::gateway {

void writeSessionInfo(JsonWriter& json, rpc::SessionInfo::Reader info);
void writeContextInfo(JsonWriter& json, rpc::ContextInfo::Reader context);
void writeCommandInfo(JsonWriter& json, rpc::CommandInfo::Reader command);
void writeFileInfo(JsonWriter& json, rpc::FileInfo::Reader file);

// {"files":[...]}
std::string filesJson(capnp::List<rpc::FileInfo>::Reader files);

// A cell's result: a job's, and what a context adds. `withOutput` as writeResult() has it.
void writeCellResult(JsonWriter& json, rpc::CellResult::Reader result, bool withOutput);

// {"command":{...},"result":{...}}, where there is none of the latter null.
void writeCommandOutcome(JsonWriter& json, rpc::CommandInfo::Reader command,
                         const std::optional<rpc::JobResult::Reader>& result, bool withOutput);

}  // namespace brood::gateway
