#include "gateway/http/router.h"

#include <gtest/gtest.h>

namespace brood::gateway {
namespace {

class RouterTest : public testing::Test {
 protected:
  RouterTest() {
    add("GET", "/a", Need::nothing);
    add("GET", "/a/{id}", Need::run);
    add("POST", "/a/{id}/b", Need::session);
    add("PUT", "/a/{id}/f/{path...}", Need::admin);
  }
  void add(const char* method, const char* path, Need need) {
    router_.add(
        method, path,
        [this](HttpRequest& request, ResponseWriter&) {
          values_ = request.pathValues;
          return kj::Promise<void>(kj::READY_NOW);
        },
        need);
  }
  static HttpRequest request(const char* method, const char* path) {
    HttpRequest made;
    made.method = method;
    made.path = path;
    return made;
  }
  std::string route(const char* path) const {
    return std::string(router_.routeOf(request("GET", path)));
  }
  Need need(const char* method, const char* path) const {
    return router_.needOf(request(method, path));
  }

  Router router_;
  std::vector<std::string> values_;
};

TEST_F(RouterTest, NamesStandForOneSegment) {
  EXPECT_EQ(route("/a"), "/a");
  EXPECT_EQ(route("/a/x"), "/a/{id}");
  EXPECT_EQ(route("/a/x/b"), "/a/{id}/b");
  for (const char* path : {"", "/", "a", "/a/", "/a//b", "/a/x/", "/a/x/b/", "/a/x/c", "/ab"}) {
    EXPECT_EQ(route(path), kNoRoute) << path;
  }
}

TEST_F(RouterTest, TheRestMayBeAnything) {
  for (const char* path : {"/a/x/f/", "/a/x/f/y", "/a/x/f/y/z", "/a/x/f//y", "/a/x/f/%2Fy"}) {
    EXPECT_EQ(route(path), "/a/{id}/f/{path}") << path;
  }
  EXPECT_EQ(route("/a/x/f"), kNoRoute);
}

TEST_F(RouterTest, NeedsAndMethodsFollowTheRoute) {
  EXPECT_EQ(need("HEAD", "/a/x"), Need::run);
  EXPECT_EQ(need("POST", "/a/x/b"), Need::session);
  EXPECT_EQ(need("PUT", "/a/x/f/y"), Need::admin);
  EXPECT_EQ(need("GET", "/a/x/b"), Need::nothing);
  EXPECT_EQ(router_.methodsOf("/a/x"), "GET, HEAD");
  EXPECT_EQ(router_.methodsOf("/a/x/f/y/z"), "PUT");
  EXPECT_EQ(router_.routes()[3], "PUT /a/{id}/f/{path}");
}

}  // namespace
}  // namespace brood::gateway
