#include "gateway/jobs/rpc_errors.h"

namespace brood::gateway {
namespace {

std::string asString(capnp::Text::Reader text) { return {text.begin(), text.size()}; }

}  // namespace

ApiError supervisorUnavailable() {
  return {503, "supervisor_unavailable", "the supervisor is not reachable; try again", {}, 1000};
}

ApiError fromRejection(rpc::Rejection::Reader rejection) {
  ApiError error;
  error.code = asString(rejection.getCode());
  error.message = asString(rejection.getMessage());
  error.field = asString(rejection.getField());
  switch (rejection.getKind()) {
    case rpc::RejectionKind::OVERLOADED:
      error.status = 429;
      error.retryAfterMs = rejection.getRetryAfterMs();
      break;
    case rpc::RejectionKind::UNAVAILABLE:
      error.status = 503;
      error.retryAfterMs = rejection.getRetryAfterMs();
      break;
    case rpc::RejectionKind::NOT_FOUND:
      error.status = 404;
      break;
    case rpc::RejectionKind::GONE:
      error.status = 410;
      break;
    case rpc::RejectionKind::CONFLICT:
      error.status = 409;
      error.retryAfterMs = rejection.getRetryAfterMs();
      break;
    case rpc::RejectionKind::INVALID:
      break;
  }
  return error;
}

ApiError fromBrokenCall(const kj::Exception& exception) {
  if (exception.getType() == kj::Exception::Type::FAILED) {
    return {500, "internal_error", "the supervisor failed to answer", {}, {}};
  }
  return supervisorUnavailable();
}

}  // namespace brood::gateway
