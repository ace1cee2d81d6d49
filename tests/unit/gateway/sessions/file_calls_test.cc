#include "gateway/sessions/file_calls.h"

#include "tests/unit/gateway/sessions/sessions_fixture.h"

namespace brood::gateway {
namespace {

using FileCallsTest = SessionsTest;

TEST_F(FileCallsTest, WritesAndReadsBytes) {
  startGateway();
  const std::string bytes("\0\xff\n", 3);
  const auto written = send("PUT", "/v1/sessions/s1/files/a/b%20c.bin?mode=755", bytes, "");
  EXPECT_EQ(written.status, 200u);
  EXPECT_EQ(written.json()["path"], "a/b c.bin");
  EXPECT_EQ(written.json()["type"], "file");
  EXPECT_EQ(lastCall(), "write a/b c.bin 493");
  const auto read = get("/v1/sessions/s1/files/a/b%20c.bin");
  EXPECT_EQ(read.status, 200u);
  EXPECT_EQ(read.body, bytes);
  EXPECT_EQ(read.headers.at("content-type"), "application/octet-stream");
  send("PUT", "/v1/sessions/s1/files/a/b%20c.bin?append", "more", "");
  EXPECT_EQ(get("/v1/sessions/s1/files/a/b%20c.bin").body, bytes + "more");
}

TEST_F(FileCallsTest, AbsolutePathsBeginWithASlashOfTheirOwn) {
  startGateway();
  send("PUT", "/v1/sessions/s1/files//tmp/x", "y", "");
  EXPECT_EQ(lastCall(), "write /tmp/x 0");
  send("PUT", "/v1/sessions/s1/files/%2Ftmp/x", "y", "");
  EXPECT_EQ(lastCall(), "write /tmp/x 0");
}

TEST_F(FileCallsTest, ListsAndLooks) {
  startGateway();
  state().files["a"] = "123";
  EXPECT_EQ(get("/v1/sessions/s1/files/?list&depth=3").json()["files"][0]["size"], 3);
  EXPECT_EQ(lastCall(), "list . 3");
  EXPECT_EQ(get("/v1/sessions/s1/files/a?stat").json()["size"], 3);
  EXPECT_EQ(get("/v1/sessions/s1/files/?list&depth=65").errorCode(), "invalid_value");
  EXPECT_EQ(get("/v1/sessions/s1/files/b").status, 404u);
}

TEST_F(FileCallsTest, MovesMakesAndRemoves) {
  startGateway();
  EXPECT_EQ(post("/v1/sessions/s1/files/a?move=b%2Fc").status, 204u);
  EXPECT_EQ(lastCall(), "move a b/c");
  EXPECT_EQ(post("/v1/sessions/s1/files/d?mkdir").status, 204u);
  EXPECT_EQ(lastCall(), "mkdir d");
  EXPECT_EQ(send("DELETE", "/v1/sessions/s1/files/d").status, 204u);
  EXPECT_EQ(lastCall(), "remove d");
  EXPECT_EQ(post("/v1/sessions/s1/files/a").errorCode(), "invalid_value");
  EXPECT_EQ(post("/v1/sessions/s1/files/a?move=b&mkdir").errorCode(), "invalid_value");
}

TEST_F(FileCallsTest, RefusesPathsThatNameNothing) {
  startGateway();
  EXPECT_EQ(get("/v1/sessions/s1/files/a%00b").errorCode(), "invalid_path");
  EXPECT_EQ(get("/v1/sessions/s1/files/a%zz").errorCode(), "invalid_path");
  EXPECT_EQ(get("/v1/sessions/s1/files/" + std::string(1025, 'a')).errorCode(), "invalid_path");
  EXPECT_EQ(send("PUT", "/v1/sessions/s1/files/a?mode=8", "", "").errorCode(), "invalid_value");
}

TEST_F(FileCallsTest, TakesAForm) {
  startGateway();
  const std::string body =
      "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x/y\"\r\n\r\none\r\n"
      "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"z\"\r\n\r\ntwo\r\n--b--\r\n";
  const char* type = "Content-Type: multipart/form-data; boundary=b\r\n";
  const auto response = send("POST", "/v1/sessions/s1/files", body, type);
  EXPECT_EQ(response.status, 200u);
  EXPECT_EQ(response.json()["files"].size(), 2u);
  EXPECT_EQ(state().files["x/y"], "one");
  EXPECT_EQ(state().files["z"], "two");
  EXPECT_EQ(send("POST", "/v1/sessions/s1/files", "{}").status, 415u);
  EXPECT_EQ(send("POST", "/v1/sessions/s1/files", "nonsense", type).errorCode(), "invalid_form");
}

}  // namespace
}  // namespace brood::gateway
