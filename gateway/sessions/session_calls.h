#pragma once
// The calls about sessions that every route makes: which session, whose, and what has become of it.

#include <kj/async.h>

#include <functional>
#include <string>
#include <utility>
#include <variant>

#include "base/text.h"
#include "gateway/http/response_writer.h"
#include "gateway/jobs/request_bounds.h"
#include "gateway/jobs/rpc_errors.h"
#include "gateway/jobs/supervisor_link.h"
#include "gateway/sessions/session_desk.h"
#include "gateway/sessions/words/session_requests.h"

namespace brood::gateway {

// The part that all routes of sessions share.
class SessionCalls {
 public:
  using Then = std::function<kj::Promise<void>(rpc::Session::Client, rpc::SessionInfo::Reader)>;
  using Otherwise = std::function<kj::Promise<void>(const ApiError&)>;

  // The link and the desks are borrowed. Without desks nothing is asked or told.
  SessionCalls(SupervisorLink& link, const RequestBounds& bounds, JobDesk* jobs, SessionDesk* desk)
      : requests(bounds),
        maxMessageBytes(bounds.maxMessageBytes),
        jobs(jobs),
        desk_(desk),
        link_(link) {}

  // Looks for the session that the request's path names, among the sender's, and goes on with it;
  // or else answers. Both arguments of `then` are valid until its promise is done.
  kj::Promise<void> withSession(HttpRequest& request, ResponseWriter& writer, Then then);
  // For other protocols: the session of that id, among the sender's, or else why there is none.
  kj::Promise<void> find(const HttpRequest& request, const std::string& id, Then then,
                         Otherwise otherwise);

  // The supervisor's sessions; nothing while there is no connection.
  kj::Maybe<rpc::Sessions::Client> sessions();

  std::string tenantOf(const HttpRequest& request) const;
  uint32_t sessionsOf(const HttpRequest& request);
  std::optional<ApiError> admit(const HttpRequest& request, SessionOrder& order);
  void note(const HttpRequest& request, SessionAct act);
  void count(const HttpRequest& request);

  const SessionRequestReader requests;
  const uint64_t maxMessageBytes;
  JobDesk* const jobs;

 private:
  SessionDesk* desk_;
  SupervisorLink& link_;
};

// The answer to a broken call; the exceptions of whatever comes behind it are not ours.
inline auto answerBroken(ResponseWriter& writer) {
  return [&writer](kj::Exception&& exception) {
    return writer.send(errorResponse(fromBrokenCall(exception)));
  };
}

HttpResponse noContent();
HttpResponse jsonResponse(std::string json, unsigned status = 200);
// 204, or what was wrong.
HttpResponse doneResponse(rpc::Done::Reader outcome);
ApiError messageTooLarge(uint64_t bytes, uint64_t most);

// Null: the body may be read as JSON. Else 415: a page of another origin may send any other type,
// and none, without asking (CORS).
std::optional<ApiError> refuseType(const HttpRequest& request);

// The decoded name at this place of the path, or 400.
std::variant<std::string, ApiError> nameInPath(const HttpRequest& request, size_t index);

}  // namespace brood::gateway
