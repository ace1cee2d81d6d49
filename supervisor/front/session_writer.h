#pragma once
// Turns what sessions answer into the RPC interface's structs.

#include "rpc/calls/sessions.capnp.h"
#include "supervisor/isolation/isolation.h"
#include "supervisor/sessions/session.h"

namespace brood::supervisor {

void writeContext(const Session& session, const Context& context, rpc::ContextInfo::Builder out);
void writeSession(Session& session, const IsolationReport& isolation,
                  rpc::SessionInfo::Builder out);
// With a sink the output has gone there.
void writeCell(const Session& session, const Context& context, const CellEnd& cell,
               const IsolationReport& isolation, rpc::CellResult::Builder out);

void writeStarted(const Command& command, rpc::CommandInfo::Builder out);
// Of one that has ended.
void writeCommand(const Session& session, const Command& command, const IsolationReport& isolation,
                  rpc::JobResult::Builder out);
// The reason why not, if the answer is none to such an order.
kj::Maybe<RejectionInfo> writeFiles(FileOrder order, const FileAnswer& answer,
                                    rpc::FileOutcome::Builder out);

}  // namespace brood::supervisor
