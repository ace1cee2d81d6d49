#pragma once
// Which handler answers which request.

#include <kj/async.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/http/message.h"
#include "gateway/http/response_writer.h"

namespace brood {

// Answers through the writer, exactly once. Dropping the promise abandons the request: the client
// has gone. The request and the writer outlive the promise.
using Handler = std::function<kj::Promise<void>(HttpRequest&, ResponseWriter&)>;

// What requests without a route are counted under.
inline constexpr std::string_view kNoRoute = "none";

// Exact paths only. What has no route is answered 404, a path that exists under other methods 405
// with Allow. HEAD is answered by GET's handler (the writer leaves out the body).
class Router {
 public:
  void add(std::string method, std::string path, Handler handler);
  kj::Promise<void> dispatch(HttpRequest& request, ResponseWriter& writer) const;
  // The path of the route that a request has taken; "none" if there is none.
  std::string_view routeOf(const HttpRequest& request) const;

 private:
  struct Route {
    std::string method;
    std::string path;
    Handler handler;
  };

  HttpResponse refuse(const HttpRequest& request) const;

  std::vector<Route> routes_;
};

}  // namespace brood
