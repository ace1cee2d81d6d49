// The body of POST /v1/execute.
//
// Properties: what is accepted is JSON in an independent reader's eyes too, says there what we have
// read, and written out again reads the same; what is refused names its field in few words.
#include <nlohmann/json.hpp>

#include "config/job_limits.h"
#include "gateway/protocols/v1/execute_request.h"
#include "rpc/calls/json_writer.h"
#include "tests/fuzz/property.h"

namespace brood::fuzz {

using namespace gateway;

namespace {

using Json = nlohmann::json;

constexpr size_t kLongestError = 1024;

std::string rewritten(const JobOrder& request) {
  std::string text;
  JsonWriter json(text);
  json.beginObject().field("code", request.code).field("language", request.language);
  if (!request.profile.empty()) json.field("profile", request.profile);
  json.field("stdin", request.stdinText).key("args").beginArray();
  for (const auto& argument : request.args) json.string(argument);
  json.endArray().key("env").beginObject();
  for (const auto& [name, value] : request.env) {
    // Unlike field(), whose names are ours.
    if (text.back() != '{') text += ',';
    appendJsonString(text, name);
    text += ':';
    appendJsonString(text, value);
  }
  text += "},\"limits\":{";
  for (const auto& limit : kJobLimits) {
    const uint64_t value = request.limits.*limit.value;
    if (value == 0) continue;
    if (text.back() != '{') text += ',';
    text += "\"" + std::string(limit.name) + "\":" + std::to_string(value);
  }
  return text + "}}";
}

void requireSame(const JobOrder& one, const JobOrder& other) {
  const bool same = one.language == other.language && one.profile == other.profile &&
                    one.code == other.code && one.stdinText == other.stdinText &&
                    one.args == other.args && one.env == other.env;
  require(same, "written out again it is the same request");
  for (const auto& limit : kJobLimits) {
    require(one.limits.*limit.value == other.limits.*limit.value, "with the same limits");
  }
}

// A member that is null is as good as absent.
void dropNulls(Json& object) {
  for (auto member = object.begin(); member != object.end();) {
    member = member->is_null() ? object.erase(member) : std::next(member);
  }
}

void checkAgainstTree(const JobOrder& request, std::string_view text) {
  auto tree = Json::parse(text, nullptr, false);
  require(tree.is_object(), "what is accepted is a JSON object");
  dropNulls(tree);
  for (const char* nested : {"env", "limits"}) {
    if (tree.contains(nested)) dropNulls(tree[nested]);
  }
  require(tree.at("code") == request.code && tree.at("language") == request.language,
          "another reader reads the same code and language");
  require(tree.value("stdin", "") == request.stdinText, "and the same stdin");
  require(tree.value("args", Json::array()) == Json(request.args), "and the same arguments");
  require(tree.value("env", Json::object()).size() == request.env.size(), "as many variables");
  for (const auto& [name, value] : request.env) {
    require(tree.at("env").at(name) == value, "and the same variables");
  }
  const auto limits = tree.value("limits", Json::object());
  for (const auto& limit : kJobLimits) {
    require(limits.value(limit.name, uint64_t{0}) == request.limits.*limit.value,
            "and the same limits");
  }
}

void checkRefusal(const ApiError& error, std::string_view text) {
  require(error.status == 400, "a refusal is a 400");
  require(!error.code.empty() && !error.message.empty(), "a refusal says why");
  require(error.message.size() + error.field.size() <= kLongestError,
          "a refusal is short, however long the request", error.message);
  if (error.code == "invalid_json") {
    require(!Json::accept(text) || text.find_first_of("eE") != text.npos,
            "only what is not JSON is called that", error.message);
    return;
  }
  const bool bodyIsNoObject = error.code == "invalid_type" && error.field.empty();
  require(bodyIsNoObject || !error.field.empty() || text.find("\"\"") != text.npos,
          "a refusal names its field", error.code + ": " + error.message);
  require(errorJson(error).size() < 8 * kLongestError, "and so does its answer");
  require(Json::accept(errorJson(error)), "which is JSON");
}

void check(std::string_view text) {
  static const ExecuteRequestReader reader(RequestBounds{Config{}});
  auto outcome = reader.read(text);
  if (const auto* error = std::get_if<ApiError>(&outcome)) {
    checkRefusal(*error, text);
    return;
  }
  const auto& request = std::get<JobOrder>(outcome);
  checkAgainstTree(request, text);
  auto again = reader.read(rewritten(request));
  require(std::holds_alternative<JobOrder>(again), "what we write we accept");
  requireSame(std::get<JobOrder>(again), request);
}

}  // namespace
}  // namespace brood::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  brood::fuzz::check(brood::fuzz::textOf(data, size));
  return 0;
}
