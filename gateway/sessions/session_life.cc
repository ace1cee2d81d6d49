#include "gateway/sessions/session_life.h"

#include <charconv>

#include "gateway/http/query.h"
#include "gateway/sessions/words/session_json.h"
#include "rpc/calls/result_json.h"

namespace brood::gateway {
namespace {

constexpr uint32_t kDefaultListed = 100;
constexpr uint32_t kMostListed = 1000;
constexpr std::string_view kMetadata = "metadata.";

std::string infoJson(rpc::SessionInfo::Reader info) {
  std::string text;
  JsonWriter json(text);
  writeSessionInfo(json, info);
  return text;
}

// The query of a list.
struct ListOrder {
  Labels metadata;
  uint32_t limit = kDefaultListed;
  std::string cursor;
};

std::variant<ListOrder, ApiError> readListOrder(std::string_view query) {
  ListOrder order;
  for (auto& [name, value] : queryPairs(query)) {
    if (value.find('\0') != std::string::npos || name.find('\0') != std::string::npos) {
      return ApiError{400, "invalid_value", "the query must not contain NUL", {}, {}};
    }
    if (name.starts_with(kMetadata)) {
      order.metadata.emplace_back(name.substr(kMetadata.size()), std::move(value));
    } else if (name == "limit") {
      const char* end = value.data() + value.size();
      const auto [parsed, problem] = std::from_chars(value.data(), end, order.limit);
      if (problem != std::errc() || parsed != end || order.limit < 1 || order.limit > kMostListed) {
        return ApiError{
            400, "invalid_value", "limit must be 1.." + std::to_string(kMostListed), "limit", {}};
      }
    } else if (name == "cursor") {
      order.cursor = std::move(value);
    }
  }
  return order;
}

using OpenResponse = capnp::Response<rpc::Sessions::OpenResults>;
using ListResponse = capnp::Response<rpc::Sessions::ListResults>;

std::string listJson(rpc::Sessions::ListResults::Reader results) {
  std::string text;
  JsonWriter json(text);
  json.beginObject().key("sessions").beginArray();
  for (auto info : results.getSessions()) writeSessionInfo(json, info);
  json.endArray().key("next");
  if (results.getNext().size() > 0) {
    json.string(asView(results.getNext()));
  } else {
    json.null();
  }
  json.endObject();
  return text;
}

std::string idOf(rpc::SessionInfo::Reader info) { return std::string(asView(info.getId())); }

}  // namespace

void SessionLife::addRoutes(Router& router) {
  const auto add = [this, &router](const char* method, const char* path, HandlerMember member) {
    router.add(
        method, path,
        [this, member](HttpRequest& request, ResponseWriter& writer) {
          return (this->*member)(request, writer);
        },
        Need::session);
  };
  add("POST", "/v1/sessions", &SessionLife::open);
  add("GET", "/v1/sessions", &SessionLife::list);
  add("GET", "/v1/sessions/{id}", &SessionLife::show);
  add("PATCH", "/v1/sessions/{id}", &SessionLife::change);
  add("DELETE", "/v1/sessions/{id}", &SessionLife::close);
  add("POST", "/v1/sessions/{id}/pause", &SessionLife::pause);
  add("POST", "/v1/sessions/{id}/resume", &SessionLife::resume);
}

kj::Promise<void> SessionLife::open(HttpRequest& request, ResponseWriter& writer) {
  if (const auto error = refuseType(request)) return writer.send(errorResponse(*error));
  auto read = calls_.requests.session(request.body);
  request.body = {};
  if (const auto* error = std::get_if<ApiError>(&read)) return writer.send(errorResponse(*error));
  auto& order = std::get<SessionOrder>(read);
  const uint64_t bytes = messageBytes(order);
  if (bytes > calls_.maxMessageBytes) {
    return writer.send(errorResponse(messageTooLarge(bytes, calls_.maxMessageBytes)));
  }
  KJ_IF_MAYBE (sessions, calls_.sessions()) {
    if (const auto error = calls_.admit(request, order)) return writer.send(errorResponse(*error));
    auto call = sessions->openRequest();
    auto spec = call.initSpec();
    writeSession(order, spec);
    spec.setTenant(asText(calls_.tenantOf(request)));
    spec.setTenantSessions(calls_.sessionsOf(request));
    return call.send().then(
        [this, &request, &writer](OpenResponse&& response) {
          const auto outcome = response.getOutcome();
          if (outcome.isRejected()) {
            const ApiError error = fromRejection(outcome.getRejected());
            calls_.note(request, {"refusal", error.code, {}, {}, {}, error.message});
            return writer.send(errorResponse(error));
          }
          const auto info = outcome.getOpened().getInfo();
          calls_.count(request);
          calls_.note(request,
                      {"session", "opened", idOf(info), std::string(asView(info.getLanguage())),
                       std::string(asView(info.getProfile()))});
          auto answer = jsonResponse(infoJson(info), 201);
          answer.headers.emplace_back("Location", "/v1/sessions/" + idOf(info));
          return writer.send(std::move(answer));
        },
        answerBroken(writer));
  }
  return writer.send(errorResponse(supervisorUnavailable()));
}

kj::Promise<void> SessionLife::list(HttpRequest& request, ResponseWriter& writer) {
  const auto read = readListOrder(request.query);
  if (const auto* error = std::get_if<ApiError>(&read)) return writer.send(errorResponse(*error));
  const auto& order = std::get<ListOrder>(read);
  KJ_IF_MAYBE (sessions, calls_.sessions()) {
    auto call = sessions->listRequest();
    call.setTenant(asText(calls_.tenantOf(request)));
    writeLabels(order.metadata, call.initMetadata(static_cast<unsigned>(order.metadata.size())));
    call.setLimit(order.limit);
    call.setAfter(asText(order.cursor));
    return call.send().then(
        [&writer](ListResponse&& response) {
          return writer.send(jsonResponse(listJson(response)));
        },
        answerBroken(writer));
  }
  return writer.send(errorResponse(supervisorUnavailable()));
}

kj::Promise<void> SessionLife::show(HttpRequest& request, ResponseWriter& writer) {
  return calls_.withSession(request, writer,
                            [&writer](rpc::Session::Client, rpc::SessionInfo::Reader info) {
                              return writer.send(jsonResponse(infoJson(info)));
                            });
}

kj::Promise<void> SessionLife::change(HttpRequest& request, ResponseWriter& writer) {
  if (const auto error = refuseType(request)) return writer.send(errorResponse(*error));
  auto read = calls_.requests.change(request.body);
  if (const auto* error = std::get_if<ApiError>(&read)) return writer.send(errorResponse(*error));
  return calls_.withSession(
      request, writer,
      [&writer, change = std::move(std::get<SessionChange>(read))](rpc::Session::Client session,
                                                                   rpc::SessionInfo::Reader) {
        auto call = session.updateRequest();
        call.setTtlMs(change.ttlMs);
        call.setIdleTimeoutMs(change.idleTimeoutMs);
        call.setSetsMetadata(change.setsMetadata);
        writeLabels(change.metadata,
                    call.initMetadata(static_cast<unsigned>(change.metadata.size())));
        return call.send().then(
            [&writer, session](capnp::Response<rpc::Session::UpdateResults>&& response) mutable
            -> kj::Promise<void> {
              const auto outcome = response.getOutcome();
              if (outcome.isRejected()) return writer.send(doneResponse(outcome));
              return session.infoRequest().send().then(
                  [&writer](capnp::Response<rpc::Session::InfoResults>&& info) {
                    return writer.send(jsonResponse(infoJson(info.getInfo())));
                  },
                  answerBroken(writer));
            },
            answerBroken(writer));
      });
}

template <typename Call>
kj::Promise<void> SessionLife::act(HttpRequest& request, ResponseWriter& writer,
                                   const char* verdict, Call call) {
  return calls_.withSession(
      request, writer,
      [this, &request, &writer, verdict, call](rpc::Session::Client session,
                                               rpc::SessionInfo::Reader info) {
        return call(session).send().then(
            [this, &request, &writer, verdict, id = idOf(info)](auto&& response) {
              const auto outcome = response.getOutcome();
              if (outcome.isDone()) calls_.note(request, {"session", verdict, id});
              return writer.send(doneResponse(outcome));
            },
            answerBroken(writer));
      });
}

kj::Promise<void> SessionLife::close(HttpRequest& request, ResponseWriter& writer) {
  return act(request, writer, "closed",
             [](rpc::Session::Client& session) { return session.closeRequest(); });
}

kj::Promise<void> SessionLife::pause(HttpRequest& request, ResponseWriter& writer) {
  return act(request, writer, "paused",
             [](rpc::Session::Client& session) { return session.pauseRequest(); });
}

kj::Promise<void> SessionLife::resume(HttpRequest& request, ResponseWriter& writer) {
  return act(request, writer, "resumed",
             [](rpc::Session::Client& session) { return session.resumeRequest(); });
}

}  // namespace brood::gateway
