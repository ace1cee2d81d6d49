#pragma once
// The supervisor's structures as JSON, for the HTTP API and for the CLI.

#include <string>
#include <string_view>

#include "rpc/calls/job_trace.h"
#include "rpc/calls/json_writer.h"
#include "rpc/calls/result_names.h"
#include "rpc/calls/supervisor.capnp.h"

namespace brood {

// Output is bytes and JSON strings are Unicode: a stream that is not valid UTF-8 is given in
// base64, and said to be. `withOutput` is false where stdout, stderr, results and files have been
// delivered already. `trace`: the gateway's own points of a job that is traced.
void writeResult(JsonWriter& json, rpc::JobResult::Reader result, bool withOutput,
                 const MaybeTrace& trace = nullptr);

// Writes its members into an object that has been begun, and gets others besides.
void writeResultFields(JsonWriter& json, rpc::JobResult::Reader result, bool withOutput,
                       const MaybeTrace& trace = nullptr);

// Returns the size of what a job has made: outputs, files, results.
uint64_t payloadBytes(rpc::JobResult::Reader result);

// {"mime":...,"data":...,"encoding":...,"object":...}
void writeRichResult(JsonWriter& json, rpc::RichResult::Reader result);

// {"path":...,"size":...,"content":...,"encoding":"utf8"|"base64"}: as text where it is text, so
// that what was collected can be given to the next job as it came.
void writeFile(JsonWriter& json, rpc::CollectedFile::Reader file);

// Writes what a profile offers and has run; `withPool`: and the state of its pool of workers.
void writeProfile(JsonWriter& json, rpc::ProfileInfo::Reader profile, bool withPool);

void writeIsolation(JsonWriter& json, rpc::Isolation::Reader isolation);
void writeTextList(JsonWriter& json, capnp::List<capnp::Text>::Reader texts);

inline std::string_view asView(capnp::Text::Reader text) { return {text.begin(), text.size()}; }
inline std::string_view asView(capnp::Data::Reader data) {
  return {reinterpret_cast<const char*>(data.begin()), data.size()};
}

}  // namespace brood
