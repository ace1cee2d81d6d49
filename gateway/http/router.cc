#include "gateway/http/router.h"

#include "gateway/http/error_response.h"

namespace brood {

void Router::add(std::string method, std::string path, Handler handler) {
  routes_.push_back({std::move(method), std::move(path), std::move(handler)});
}

kj::Promise<void> Router::dispatch(HttpRequest& request, ResponseWriter& writer) const {
  const std::string_view method = request.isHead() ? "GET" : std::string_view(request.method);
  for (const auto& route : routes_) {
    if (route.path == request.path && route.method == method) {
      return route.handler(request, writer);
    }
  }
  return writer.send(refuse(request));
}

std::string_view Router::routeOf(const HttpRequest& request) const {
  for (const auto& route : routes_) {
    if (route.path == request.path) return route.path;
  }
  return kNoRoute;
}

HttpResponse Router::refuse(const HttpRequest& request) const {
  std::string allowed;
  for (const auto& route : routes_) {
    if (route.path != request.path) continue;
    if (!allowed.empty()) allowed += ", ";
    allowed += route.method == "GET" ? "GET, HEAD" : route.method;
  }
  ApiError error;
  if (allowed.empty()) {
    error.status = 404;
    error.code = "not_found";
    error.message = "there is nothing at " + request.path;
    return errorResponse(error);
  }
  error.status = 405;
  error.code = "method_not_allowed";
  error.message = request.path + " answers " + allowed;
  auto response = errorResponse(error);
  response.headers.emplace_back("Allow", allowed);
  return response;
}

}  // namespace brood
