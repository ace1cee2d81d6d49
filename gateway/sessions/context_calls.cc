#include "gateway/sessions/context_calls.h"

#include "gateway/sessions/words/session_json.h"

namespace brood::gateway {
namespace {

HttpResponse contextResponse(rpc::ContextOutcome::Reader outcome, unsigned status) {
  if (outcome.isRejected()) return errorResponse(fromRejection(outcome.getRejected()));
  std::string text;
  JsonWriter json(text);
  writeContextInfo(json, outcome.getContext());
  return jsonResponse(std::move(text), status);
}

// Goes on with the session and the name of the context that the path has.
template <typename Then>
kj::Promise<void> withContext(SessionCalls& calls, HttpRequest& request, ResponseWriter& writer,
                              Then then) {
  auto id = nameInPath(request, 1);
  if (const auto* error = std::get_if<ApiError>(&id)) return writer.send(errorResponse(*error));
  return calls.withSession(request, writer,
                           [id = std::move(std::get<std::string>(id)), then](
                               rpc::Session::Client session, rpc::SessionInfo::Reader) {
                             return then(session, asText(id));
                           });
}

}  // namespace

void ContextCalls::addRoutes(Router& router) {
  const auto add = [this, &router](const char* method, const char* path, HandlerMember member) {
    router.add(
        method, path,
        [this, member](HttpRequest& request, ResponseWriter& writer) {
          return (this->*member)(request, writer);
        },
        Need::session);
  };
  add("POST", "/v1/sessions/{id}/contexts", &ContextCalls::open);
  add("GET", "/v1/sessions/{id}/contexts", &ContextCalls::list);
  add("DELETE", "/v1/sessions/{id}/contexts/{context}", &ContextCalls::close);
  add("POST", "/v1/sessions/{id}/contexts/{context}/interrupt", &ContextCalls::interrupt);
  add("POST", "/v1/sessions/{id}/contexts/{context}/restart", &ContextCalls::restart);
}

kj::Promise<void> ContextCalls::open(HttpRequest& request, ResponseWriter& writer) {
  if (const auto error = refuseType(request)) return writer.send(errorResponse(*error));
  auto read = calls_.requests.context(request.body);
  if (const auto* error = std::get_if<ApiError>(&read)) return writer.send(errorResponse(*error));
  return calls_.withSession(
      request, writer,
      [&writer, order = std::move(std::get<ContextOrder>(read))](rpc::Session::Client session,
                                                                 rpc::SessionInfo::Reader) {
        auto call = session.openContextRequest();
        call.setLanguage(asText(order.language));
        call.setName(asText(order.name));
        call.setCwd(asText(order.cwd));
        return call.send().then(
            [&writer](capnp::Response<rpc::Session::OpenContextResults>&& response) {
              return writer.send(contextResponse(response.getOutcome(), 201));
            },
            answerBroken(writer));
      });
}

kj::Promise<void> ContextCalls::list(HttpRequest& request, ResponseWriter& writer) {
  return calls_.withSession(request, writer,
                            [&writer](rpc::Session::Client, rpc::SessionInfo::Reader info) {
                              std::string text;
                              JsonWriter json(text);
                              json.beginObject().key("contexts").beginArray();
                              for (auto context : info.getContexts())
                                writeContextInfo(json, context);
                              json.endArray().endObject();
                              return writer.send(jsonResponse(std::move(text)));
                            });
}

kj::Promise<void> ContextCalls::close(HttpRequest& request, ResponseWriter& writer) {
  return withContext(
      calls_, request, writer, [&writer](rpc::Session::Client session, kj::StringPtr id) {
        auto call = session.closeContextRequest();
        call.setId(id);
        return call.send().then(
            [&writer](capnp::Response<rpc::Session::CloseContextResults>&& response) {
              return writer.send(doneResponse(response.getOutcome()));
            },
            answerBroken(writer));
      });
}

kj::Promise<void> ContextCalls::interrupt(HttpRequest& request, ResponseWriter& writer) {
  return withContext(calls_, request, writer,
                     [&writer](rpc::Session::Client session, kj::StringPtr id) {
                       auto call = session.interruptRequest();
                       call.setId(id);
                       return call.send().then(
                           [&writer](capnp::Response<rpc::Session::InterruptResults>&& response) {
                             return writer.send(doneResponse(response.getOutcome()));
                           },
                           answerBroken(writer));
                     });
}

kj::Promise<void> ContextCalls::restart(HttpRequest& request, ResponseWriter& writer) {
  return withContext(calls_, request, writer,
                     [&writer](rpc::Session::Client session, kj::StringPtr id) {
                       auto call = session.restartRequest();
                       call.setId(id);
                       return call.send().then(
                           [&writer](capnp::Response<rpc::Session::RestartResults>&& response) {
                             return writer.send(contextResponse(response.getOutcome(), 200));
                           },
                           answerBroken(writer));
                     });
}

}  // namespace brood::gateway
