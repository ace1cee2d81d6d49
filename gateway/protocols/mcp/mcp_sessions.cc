#include "gateway/protocols/mcp/mcp_sessions.h"

#include "rpc/calls/result_json.h"

namespace brood::gateway::mcp {
namespace {

constexpr uint32_t kListedAtOnce = 100;
// More than that is of no use to a model.
constexpr size_t kMostListedBytes = 256 * 1024;

std::string idOf(rpc::SessionInfo::Reader info) { return std::string(asView(info.getId())); }

std::string sessionJson(std::string_view id) {
  std::string text;
  JsonWriter(text).beginObject().field("session", id).endObject();
  return text;
}

const char* stateWord(rpc::SessionState state) {
  switch (state) {
    case rpc::SessionState::PAUSED:
      return "paused";
    case rpc::SessionState::CLOSED:
      return "closed";
    case rpc::SessionState::RUNNING:
      break;
  }
  return "running";
}

void appendSession(std::string& text, rpc::SessionInfo::Reader info) {
  if (!text.empty()) text += ',';
  JsonWriter json(text);
  json.beginObject().field("session", asView(info.getId()));
  json.field("language", asView(info.getLanguage())).field("state", stateWord(info.getState()));
  json.key("created_unix_ms").number(int64_t{info.getCreatedUnixMs()});
  json.key("expires_unix_ms").number(int64_t{info.getExpiresUnixMs()});
  json.endObject();
}

}  // namespace

kj::Promise<void> answerJson(McpReply& reply, const std::string& json) {
  return reply.finish(toolAnswer(json, json, reply.id(), reply.era()));
}

kj::Promise<void> McpSessions::create(McpToolCall& call) {
  SessionOrder order;
  order.language = call.arguments.take("language");
  order.idleTimeoutMs = call.arguments.milliseconds("timeout_seconds");
  KJ_IF_MAYBE (sessions, calls_.sessions()) {
    if (const auto error = calls_.admit(call.sender, order)) return call.reply->fail(*error);
    auto open = sessions->openRequest();
    auto spec = open.initSpec();
    writeSession(order, spec);
    spec.setTenant(asText(calls_.tenantOf(call.sender)));
    spec.setTenantSessions(calls_.sessionsOf(call.sender));
    return open.send().then(
        [this, &call](capnp::Response<rpc::Sessions::OpenResults>&& response) {
          const auto outcome = response.getOutcome();
          if (outcome.isRejected()) {
            const ApiError error = fromRejection(outcome.getRejected());
            calls_.note(call.sender, {"refusal", error.code, {}, {}, {}, error.message});
            return call.reply->fail(error);
          }
          const auto info = outcome.getOpened().getInfo();
          calls_.count(call.sender);
          calls_.note(call.sender,
                      {"session", "opened", idOf(info), std::string(asView(info.getLanguage())),
                       std::string(asView(info.getProfile()))});
          return answerJson(*call.reply, sessionJson(idOf(info)));
        },
        failBroken(*call.reply));
  }
  return call.reply->fail(supervisorUnavailable());
}

kj::Promise<void> McpSessions::close(McpToolCall& call) {
  return calls_.find(
      call.sender, call.arguments.take("session"),
      [this, &call](rpc::Session::Client session, rpc::SessionInfo::Reader info) {
        return session.closeRequest().send().then(
            [this, &call, id = idOf(info)](capnp::Response<rpc::Session::CloseResults>&& response) {
              const auto outcome = response.getOutcome();
              if (outcome.isRejected()) {
                return call.reply->fail(fromRejection(outcome.getRejected()));
              }
              calls_.note(call.sender, {"session", "closed", id});
              return answerJson(*call.reply, R"({"closed":true})");
            },
            failBroken(*call.reply));
      },
      [&call](const ApiError& error) { return call.reply->fail(error); });
}

kj::Promise<void> McpSessions::list(McpToolCall& call) { return listFrom(call, {}, {}); }

kj::Promise<void> McpSessions::listFrom(McpToolCall& call, std::string after, std::string listed) {
  KJ_IF_MAYBE (sessions, calls_.sessions()) {
    auto request = sessions->listRequest();
    request.setTenant(asText(calls_.tenantOf(call.sender)));
    request.setLimit(kListedAtOnce);
    request.setAfter(asText(after));
    return request.send().then(
        [this, &call, listed = std::move(listed)](
            capnp::Response<rpc::Sessions::ListResults>&& response) mutable -> kj::Promise<void> {
          for (auto info : response.getSessions()) appendSession(listed, info);
          std::string next(asView(response.getNext()));
          if (next.empty() || listed.size() > kMostListedBytes) {
            return answerJson(*call.reply, "{\"sessions\":[" + listed + "]}");
          }
          return listFrom(call, std::move(next), std::move(listed));
        },
        failBroken(*call.reply));
  }
  return call.reply->fail(supervisorUnavailable());
}

kj::Promise<void> McpSessions::fork(McpToolCall& call) {
  return call.reply->fail({501,
                           "not_supported",
                           "copying a session is not supported yet; open another with "
                           "create_session",
                           {},
                           {}});
}

}  // namespace brood::gateway::mcp
