#include "gateway/protocols/dify/dify_sandbox.h"

#include <utility>

#include "gateway/jobs/rpc_errors.h"
#include "gateway/protocols/dify/dify_request.h"
#include "rpc/calls/result_json.h"

namespace brood::gateway::dify {
namespace {

constexpr std::string_view kLanguageField = "language=";

// The value of `language` in a query; python3 where there is none. Its names need no escapes.
std::string_view languageIn(std::string_view query) {
  for (size_t begin = 0; begin < query.size();) {
    const size_t end = std::min(query.find('&', begin), query.size());
    const auto field = query.substr(begin, end - begin);
    if (field.starts_with(kLanguageField)) return field.substr(kLanguageField.size());
    begin = end + 1;
  }
  return "python3";
}

HttpResponse success() {
  HttpResponse response;
  response.body = R"({"code":0,"message":"success","data":null})";
  return response;
}

// Lists what the default profile's zygote has loaded; a version is not known without an import.
HttpResponse dependenciesOf(capnp::List<rpc::RuntimeInfo>::Reader runtimes,
                            std::string_view language) {
  HttpResponse response;
  JsonWriter json(response.body);
  json.beginObject().field("code", uint32_t{0}).field("message", "success").key("data");
  json.beginObject().key("dependencies").beginArray();
  for (auto runtime : runtimes) {
    if (asView(runtime.getLanguage()) != language) continue;
    for (auto profile : runtime.getProfiles()) {
      if (profile.getName() != "default") continue;
      for (auto name : profile.getPreloaded()) {
        json.beginObject().field("name", asView(name)).field("version", "").endObject();
      }
    }
  }
  json.endArray().endObject().endObject();
  return response;
}

}  // namespace

void DifySandbox::addRoutes(Router& router) {
  router.add("POST", "/v1/sandbox/run",
             [this](HttpRequest& request, ResponseWriter& writer) { return run(request, writer); });
  router.add("GET", "/v1/sandbox/dependencies",
             [this](HttpRequest& request, ResponseWriter& writer) {
               return dependencies(request, writer);
             });
  // Packages belong to profiles, which are the operator's: there is nothing to be done here.
  const auto nothing = [](HttpRequest&, ResponseWriter& writer) { return writer.send(success()); };
  router.add("POST", "/v1/sandbox/dependencies/update", nothing);
  router.add("GET", "/v1/sandbox/dependencies/refresh", nothing);
}

kj::Promise<void> DifySandbox::run(HttpRequest& request, ResponseWriter& writer) {
  auto read = readRun(request.body);
  const uint64_t bodyBytes = std::exchange(request.body, {}).size();
  if (const auto* error = std::get_if<ApiError>(&read)) {
    return writer.send(answers_.refusal(*error));
  }
  auto& order = std::get<JobOrder>(read);
  order.sender = request.sender;
  return jobs_.answer(order, bodyBytes, nullptr, answers_, writer);
}

kj::Promise<void> DifySandbox::dependencies(HttpRequest& request, ResponseWriter& writer) {
  const auto language = languageOf(languageIn(request.query));
  if (language.empty()) {
    return writer.send(
        answers_.refusal({400, "invalid_request", "unsupported language", "language", {}}));
  }
  KJ_IF_MAYBE (supervisor, link_.supervisor()) {
    return supervisor->runtimesRequest().send().then(
        [&writer, language](capnp::Response<rpc::Supervisor::RuntimesResults>&& response) {
          return writer.send(dependenciesOf(response.getRuntimes(), language));
        },
        [this, &writer](kj::Exception&& exception) {
          return writer.send(answers_.refusal(fromBrokenCall(exception)));
        });
  }
  return writer.send(answers_.refusal(supervisorUnavailable()));
}

}  // namespace brood::gateway::dify
