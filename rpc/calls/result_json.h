#pragma once
// The supervisor's structures as the API's JSON.

#include <string>
#include <string_view>

#include "gateway/json_writer.h"
#include "rpc/job_trace.h"
#include "rpc/result_names.h"
#include "rpc/supervisor.capnp.h"

namespace brood {

// The answer to POST /v1/execute. Output is bytes and JSON strings are Unicode: what is not valid
// UTF-8 appears as U+FFFD. `withOutput` is false in the exit event of a stream, which has already
// delivered stdout, stderr, results and files.
// `trace`: the gateway's own points of a job that is traced; borrowed.
std::string resultJson(rpc::JobResult::Reader result, bool withOutput,
                       const MaybeTrace& trace = nullptr);

// {"mime":...,"data":...,"encoding":...,"object":...}
void writeRichResult(JsonWriter& json, rpc::RichResult::Reader result);

// {"path":...,"size":...,"content":...,"encoding":"utf8"|"base64"}: as text where it is text, so that
// what was collected can be given to the next job as it came.
void writeFile(JsonWriter& json, rpc::CollectedFile::Reader file);

void writeIsolation(JsonWriter& json, rpc::Isolation::Reader isolation);
void writeTextList(JsonWriter& json, capnp::List<capnp::Text>::Reader texts);

inline std::string_view asView(capnp::Text::Reader text) { return {text.begin(), text.size()}; }
inline std::string_view asView(capnp::Data::Reader data) {
  return {reinterpret_cast<const char*>(data.begin()), data.size()};
}

}  // namespace brood
