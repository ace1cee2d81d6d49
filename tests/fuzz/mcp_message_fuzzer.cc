// The body of POST /mcp, and the headers that repeat it.
//
// Properties: what is taken for a message is a JSON object in an independent reader's eyes; an id
// is repeated as it was; whatever is refused is refused by a short answer that is JSON, with one of
// the protocol's codes.
#include <nlohmann/json.hpp>

#include "gateway/protocols/mcp/mcp_arguments.h"
#include "gateway/protocols/mcp/mcp_era.h"
#include "tests/fuzz/property.h"

namespace brood::fuzz {

using namespace gateway::mcp;

namespace {

using Json = nlohmann::json;

constexpr size_t kLongestAnswer = 8192;

void checkFault(const McpFault& fault, std::string_view id) {
  const std::string answer = faultJson(fault, id);
  require(fault.data.size() > 0 || answer.size() < kLongestAnswer, "a refusal is short", answer);
  const auto read = Json::parse(answer, nullptr, false);
  require(read.is_object(), "and JSON", answer);
  require(read["error"]["code"].get<int>() <= -32000, "with a code of the protocol's");
  require(read["id"] == (id.empty() ? Json() : Json::parse(id)), "and the id that was given");
  require(fault.status == 400, "it is the request's fault");
}

void checkArguments(const McpMessage& message) {
  if (!message.params.is_object() || !message.params.contains("arguments")) return;
  const Json& given = message.params["arguments"];
  if (!given.is_object()) return;
  for (const auto& tool : mcpTools()) {
    auto read = McpArguments::read(tool, given);
    if (const auto* sentence = std::get_if<std::string>(&read)) {
      require(!sentence->empty() && sentence->size() < 1024, "a sentence is short", *sentence);
    }
  }
}

void check(std::string_view text) {
  auto read = readMessage(text);
  if (const auto* refusal = std::get_if<McpRefusal>(&read)) {
    checkFault(refusal->fault, refusal->id);
    return;
  }
  const auto& message = std::get<McpMessage>(read);
  const auto tree = Json::parse(text, nullptr, false);
  require(tree.is_object(), "another reader sees an object too");
  if (message.kind == McpMessage::Kind::request) {
    require(Json::parse(message.id) == tree["id"], "an id is repeated as it was");
  }
  if (message.kind != McpMessage::Kind::response) {
    require(tree["method"] == message.method, "and the method is read the same");
  }
  for (const McpHeaders& headers :
       {McpHeaders{}, McpHeaders{"2026-07-28", message.method, "run_code"},
        McpHeaders{"2026-07-28", message.method, std::string(text.substr(0, 64))}}) {
    const auto era = judgeEra(message, headers);
    if (const auto* fault = std::get_if<McpFault>(&era)) checkFault(*fault, message.id);
  }
  checkArguments(message);
}

}  // namespace
}  // namespace brood::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  brood::fuzz::check(brood::fuzz::textOf(data, size));
  return 0;
}
