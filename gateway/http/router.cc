#include "gateway/http/router.h"

#include "gateway/http/error_response.h"

namespace brood::gateway {

void Router::add(std::string method, std::string path, Handler handler, Need need) {
  routes_.push_back({std::move(method), std::move(path), std::move(handler), need});
}

const Router::Route* Router::find(const HttpRequest& request) const {
  const std::string_view method = request.isHead() ? "GET" : std::string_view(request.method);
  for (const auto& route : routes_) {
    if (route.path == request.path && route.method == method) return &route;
  }
  return nullptr;
}

Need Router::needOf(const HttpRequest& request) const {
  const Route* route = find(request);
  return route == nullptr ? Need::nothing : route->need;
}

kj::Promise<void> Router::dispatch(HttpRequest& request, ResponseWriter& writer) const {
  const Route* route = find(request);
  return route == nullptr ? writer.send(refuse(request)) : route->handler(request, writer);
}

std::vector<std::string> Router::routes() const {
  std::vector<std::string> names;
  for (const auto& route : routes_) names.push_back(route.method + " " + route.path);
  return names;
}

std::string_view Router::routeOf(const HttpRequest& request) const {
  for (const auto& route : routes_) {
    if (route.path == request.path) return route.path;
  }
  return kNoRoute;
}

std::string Router::methodsOf(std::string_view path) const {
  std::string methods;
  for (const auto& route : routes_) {
    if (route.path != path) continue;
    if (!methods.empty()) methods += ", ";
    methods += route.method == "GET" ? "GET, HEAD" : route.method;
  }
  return methods;
}

HttpResponse Router::refuse(const HttpRequest& request) const {
  const std::string allowed = methodsOf(request.path);
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

}  // namespace brood::gateway
