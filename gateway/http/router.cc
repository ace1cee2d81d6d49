#include "gateway/http/router.h"

#include <algorithm>

#include "gateway/http/error_response.h"

namespace brood::gateway {
namespace {

constexpr std::string_view kRest = "...}";

bool isName(std::string_view segment) { return segment.starts_with('{'); }

// Between the slashes; the path begins with one.
std::vector<std::string> segmentsOf(std::string_view path) {
  std::vector<std::string> segments;
  while (!path.empty()) {
    path.remove_prefix(1);
    const auto end = std::min(path.find('/'), path.size());
    segments.emplace_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return segments;
}

}  // namespace

void Router::add(std::string method, std::string path, Handler handler, Need need) {
  Route route{std::move(method), std::move(path), {}, false, std::move(handler), need};
  if (route.path.find('{') != std::string::npos) {
    if (route.path.ends_with(kRest)) {
      route.takesRest = true;
      route.path.replace(route.path.size() - kRest.size(), kRest.size(), "}");
    }
    route.segments = segmentsOf(route.path);
  }
  routes_.push_back(std::move(route));
}

bool Router::matches(const Route& route, std::string_view path, Values* values) {
  if (route.segments.empty()) return route.path == path;
  Values found;
  for (size_t i = 0; i < route.segments.size(); ++i) {
    if (!path.starts_with('/')) return false;
    path.remove_prefix(1);
    const std::string_view expected = route.segments[i];
    const bool isRest = route.takesRest && i + 1 == route.segments.size();
    const auto segment = isRest ? path : path.substr(0, path.find('/'));
    if (isName(expected)) {
      if (segment.empty() && !isRest) return false;
      if (values != nullptr) found.emplace_back(segment);
    } else if (segment != expected) {
      return false;
    }
    path.remove_prefix(segment.size());
  }
  if (!path.empty()) return false;
  if (values != nullptr) *values = std::move(found);
  return true;
}

const Router::Route* Router::find(const HttpRequest& request) const {
  const std::string_view method = request.isHead() ? "GET" : std::string_view(request.method);
  for (const auto& route : routes_) {
    if (route.method == method && matches(route, request.path, nullptr)) return &route;
  }
  return nullptr;
}

Need Router::needOf(const HttpRequest& request) const {
  const Route* route = find(request);
  return route == nullptr ? Need::nothing : route->need;
}

kj::Promise<void> Router::dispatch(HttpRequest& request, ResponseWriter& writer) const {
  const Route* route = find(request);
  if (route == nullptr) return writer.send(refuse(request));
  if (!route->segments.empty()) matches(*route, request.path, &request.pathValues);
  return route->handler(request, writer);
}

std::vector<std::string> Router::routes() const {
  std::vector<std::string> names;
  for (const auto& route : routes_) names.push_back(route.method + " " + route.path);
  return names;
}

std::string_view Router::routeOf(const HttpRequest& request) const {
  for (const auto& route : routes_) {
    if (matches(route, request.path, nullptr)) return route.path;
  }
  return kNoRoute;
}

std::string Router::methodsOf(std::string_view path) const {
  std::string methods;
  for (const auto& route : routes_) {
    if (!matches(route, path, nullptr)) continue;
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
