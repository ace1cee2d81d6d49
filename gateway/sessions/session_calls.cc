#include "gateway/sessions/session_calls.h"

#include "gateway/http/query.h"
#include "gateway/http/sse.h"

namespace brood::gateway {

kj::Maybe<rpc::Sessions::Client> SessionCalls::sessions() {
  KJ_IF_MAYBE (supervisor, link_.supervisor()) {
    // Calls on it are sent at once, behind this one.
    return supervisor->sessionsRequest().send().getSessions().castAs<rpc::Sessions>();
  }
  return nullptr;
}

std::string SessionCalls::tenantOf(const HttpRequest& request) const {
  return desk_ == nullptr || !request.sender ? "" : desk_->tenantOf(*request.sender);
}

uint32_t SessionCalls::sessionsOf(const HttpRequest& request) {
  return desk_ == nullptr || !request.sender ? 0 : desk_->sessionsOf(*request.sender);
}

std::optional<ApiError> SessionCalls::admit(const HttpRequest& request, SessionOrder& order) {
  if (desk_ == nullptr) return {};
  if (!request.sender) {
    return ApiError{500, "internal_error", "a session without a sender", {}, {}};
  }
  return desk_->admit(*request.sender, order);
}

void SessionCalls::note(const HttpRequest& request, SessionAct act) {
  if (desk_ != nullptr && request.sender) desk_->note(*request.sender, std::move(act));
}

void SessionCalls::count(const HttpRequest& request) {
  if (desk_ != nullptr && request.sender) desk_->count(*request.sender);
}

kj::Promise<void> SessionCalls::withSession(HttpRequest& request, ResponseWriter& writer,
                                            Then then) {
  auto id = nameInPath(request, 0);
  if (const auto* error = std::get_if<ApiError>(&id)) return writer.send(errorResponse(*error));
  return find(request, std::get<std::string>(id), std::move(then),
              [&writer](const ApiError& error) { return writer.send(errorResponse(error)); });
}

kj::Promise<void> SessionCalls::find(const HttpRequest& request, const std::string& id, Then then,
                                     Otherwise otherwise) {
  if (desk_ != nullptr) {
    if (const auto error = desk_->refusal()) return otherwise(*error);
  }
  KJ_IF_MAYBE (known, sessions()) {
    auto find = known->findRequest();
    find.setId(asText(id));
    find.setTenant(asText(tenantOf(request)));
    return find.send().then(
        [otherwise, then = std::move(then)](
            capnp::Response<rpc::Sessions::FindResults>&& response) mutable -> kj::Promise<void> {
          const auto outcome = response.getOutcome();
          if (outcome.isRejected()) return otherwise(fromRejection(outcome.getRejected()));
          const auto opened = outcome.getOpened();
          auto going = kj::evalNow([&] { return then(opened.getSession(), opened.getInfo()); });
          return going.attach(std::move(then), kj::mv(response));
        },
        [otherwise](kj::Exception&& exception) { return otherwise(fromBrokenCall(exception)); });
  }
  return otherwise(supervisorUnavailable());
}

HttpResponse noContent() {
  HttpResponse response;
  response.status = 204;
  return response;
}

HttpResponse jsonResponse(std::string json, unsigned status) {
  HttpResponse response;
  response.status = status;
  response.body = std::move(json);
  return response;
}

HttpResponse doneResponse(rpc::Done::Reader outcome) {
  if (outcome.isRejected()) return errorResponse(fromRejection(outcome.getRejected()));
  return noContent();
}

ApiError messageTooLarge(uint64_t bytes, uint64_t most) {
  return {413,
          "job_too_large",
          "what is sent to the supervisor must not exceed " + std::to_string(most) +
              " bytes, the parts together have " + std::to_string(bytes),
          {},
          {}};
}

std::optional<ApiError> refuseType(const HttpRequest& request) {
  const std::string type = mediaType(request.contentType);
  if (request.body.empty() || type == "application/json") return {};
  return ApiError{415,
                  "unsupported_media_type",
                  "Content-Type must be application/json, " +
                      (type.empty() ? "and there is none" : "got " + type),
                  {},
                  {}};
}

std::variant<std::string, ApiError> nameInPath(const HttpRequest& request, size_t index) {
  auto name = pathDecoded(request.pathValues.at(index));
  if (name) return std::move(*name);
  return ApiError{400,
                  "invalid_path",
                  "the request's path has a '%' without two hexadecimal digits, or a NUL",
                  {},
                  {}};
}

}  // namespace brood::gateway
