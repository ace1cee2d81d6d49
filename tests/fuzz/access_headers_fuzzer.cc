// The headers by which a client says who it is and where its request belongs: Authorization and
// traceparent. Each input is also put into an audit line.
//
// Properties: a key is never longer than its header; a trace context that is accepted is the same
// when it is written and read again; an audit line is one line of printable ASCII.
#include "gateway/access/api_key.h"
#include "gateway/access/credentials.h"
#include "recorder/files/audit_line.h"
#include "rpc/records/trace_context.h"
#include "tests/fuzz/property.h"

namespace brood::fuzz {
namespace {

void checkAuditLine(const std::string& text) {
  AuditEvent event;
  event.requestId = text;
  event.detail = text;
  event.hosts = {text, text};
  const std::string line = recorder::auditLine(event);
  require(line.find('\n') == line.size() - 1, "an audit line is one line", line);
  for (size_t i = 0; i + 1 < line.size(); ++i) {
    require(line[i] >= ' ' && line[i] < 0x7f, "of printable ASCII", line);
  }
}

void check(const std::string& text) {
  for (const auto& key :
       {gateway::presentedKey(std::nullopt, text), gateway::presentedKey(text, std::nullopt)}) {
    require(key.has_value(), "a header presents something");
    require(key->size() <= text.size(), "a key is no longer than its header", *key);
    gateway::isAcceptable(*key);
  }
  if (const auto context = parseTraceparent(text)) {
    const auto again = parseTraceparent(traceparent(*context));
    require(again == context, "a trace context is the same when it is read again", text);
  }
  checkAuditLine(text);
}

}  // namespace
}  // namespace brood::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  brood::fuzz::check(std::string(brood::fuzz::textOf(data, size)));
  return 0;
}
