#pragma once
// Which handler answers which request.

#include <kj/async.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/http/message.h"
#include "gateway/http/request_guard.h"
#include "gateway/http/response_writer.h"

namespace brood::gateway {

// Answers through the writer, exactly once. Dropping the promise abandons the request: the client
// has gone. The request and the writer outlive the promise.
using Handler = std::function<kj::Promise<void>(HttpRequest&, ResponseWriter&)>;

// The name under which requests without a route are counted.
inline constexpr std::string_view kNoRoute = "none";

// A path is matched segment by segment: "{id}" takes any one segment that is not empty, "{path...}"
// at the end all the rest, empty or not. What has no route is answered 404, a path that exists
// under other methods 405 with Allow. HEAD is answered by GET's handler (the writer leaves out the
// body).
class Router {
 public:
  // A route that does not say what it needs can be used with a key that may run jobs. Routes are
  // looked at in the order in which they were added.
  void add(std::string method, std::string path, Handler handler, Need need = Need::run);
  // The handler finds what stood for the names in its path in the request's pathValues.
  kj::Promise<void> dispatch(HttpRequest& request, ResponseWriter& writer) const;
  // Nothing for what has no route: there is nothing to be had.
  Need needOf(const HttpRequest& request) const;
  // All of them, as "GET /health", in the order of add(); "{path...}" as "{path}".
  std::vector<std::string> routes() const;
  // Returns the methods of a path, "GET, HEAD"; empty if there is nothing at it.
  std::string methodsOf(std::string_view path) const;
  // The path of the route that a request has taken; "none" if there is none.
  std::string_view routeOf(const HttpRequest& request) const;

 private:
  struct Route {
    std::string method;
    std::string path;                   // As routes() has it.
    std::vector<std::string> segments;  // Empty: the path itself, without names.
    bool takesRest;
    Handler handler;
    Need need;
  };
  using Values = std::vector<std::string>;

  // Whether a route has this path; `values`, where there is one, gets what stands for its names.
  static bool matches(const Route& route, std::string_view path, Values* values);

  const Route* find(const HttpRequest& request) const;

  HttpResponse refuse(const HttpRequest& request) const;

  std::vector<Route> routes_;
};

}  // namespace brood::gateway
