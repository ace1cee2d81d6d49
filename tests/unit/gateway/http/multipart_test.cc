#include "gateway/http/multipart.h"

#include <gtest/gtest.h>

#include <array>

#include "gateway/protocols/v1/execute_form.h"

namespace brood::gateway {
namespace {

constexpr char kDisposition[] = "Content-Disposition: form-data; name=\"a\"";

std::string body(const std::string& head, const std::string& content = "x") {
  return "--B\r\n" + head + "\r\n\r\n" + content + "\r\n--B--\r\n";
}

std::string problem(const std::string& text) {
  auto parsed = parseForm("B", text, {.maxParts = 2, .maxHeadBytes = 200});
  auto* reason = std::get_if<std::string>(&parsed);
  return reason == nullptr ? "" : *reason;
}

TEST(Boundary, IsAsTheStandardsHaveIt) {
  EXPECT_EQ(boundaryOf("multipart/form-data; boundary=abc"), "abc");
  EXPECT_EQ(boundaryOf("multipart/form-data; charset=utf-8; BOUNDARY=\"a b:c\""), "a b:c");
  for (const char* bad :
       {"multipart/form-data", "multipart/form-data; boundary",
        "multipart/form-data; boundary=", "multipart/form-data; boundary=\"\"",
        "multipart/form-data; boundary=\"a \"", "multipart/form-data; boundary=\"a\r\n\"",
        "multipart/form-data; boundary=\"a", "multipart/form-data; boundary=a; boundary=b",
        "multipart/form-data; boundary=a b", "multipart/form-data; boundary=\"\xc3\xa9\""}) {
    EXPECT_EQ(boundaryOf(bad), std::nullopt) << bad;
  }
  EXPECT_EQ(boundaryOf("multipart/form-data; boundary=" + std::string(71, 'a')), std::nullopt);
}

TEST(ParseForm, TakesPartsApart) {
  const std::string text =
      "--B\r\nContent-Disposition: form-data; name=\"request\"\r\n"
      "Content-Type: application/json\r\n\r\n{}\r\n"
      "--B\r\ncontent-disposition:form-data; name=f; filename=\"a/\\\"b\\\\.txt\"\r\n\r\n"
      "line\r\n--C\r\n\r\n--B--";
  auto parsed = parseForm("B", text);
  auto* parts = std::get_if<std::vector<FormPart>>(&parsed);
  ASSERT_NE(parts, nullptr) << std::get<std::string>(parsed);
  ASSERT_EQ(parts->size(), 2u);
  EXPECT_EQ((*parts)[0].name, "request");
  EXPECT_EQ((*parts)[0].filename, std::nullopt);
  EXPECT_EQ((*parts)[0].content, "{}");
  EXPECT_EQ((*parts)[1].filename, "a/\"b\\.txt");
  EXPECT_EQ((*parts)[1].content, "line\r\n--C\r\n");
  EXPECT_EQ(problem(body(kDisposition, "")), "");
}

TEST(ParseForm, RefusesWhatCouldBeReadInTwoWays) {
  const std::string good = kDisposition;
  for (const std::string& bad : {std::string(),
                                 std::string("--B"),
                                 std::string("preamble\r\n") + body(good),
                                 body(good) + "epilogue",
                                 "--B \r\n" + good + "\r\n\r\nx\r\n--B--",
                                 "--B\n" + good + "\n\nx\n--B--",
                                 body("X: y"),
                                 body(good + "\r\n" + good),
                                 body(good + "\r\nContent-Type: a\r\nContent-Type: b"),
                                 body(good + "; name=b"),
                                 body(good + "; filename*=utf-8'x"),
                                 body(good + "; filename*=koi8-r''x"),
                                 body(good + "; filename*=utf-8''%4"),
                                 body(good + "; filename*=utf-8''%gg"),
                                 body(good + "; filename*0=x"),
                                 body(good + "; size=1"),
                                 body("Content-Disposition: attachment; name=a"),
                                 body("Content-Disposition: form-data"),
                                 body("Content-Disposition: form-data; name=\"a"),
                                 body(good + "\r\n folded: x"),
                                 body(good + "\r\nno colon"),
                                 body(good + "\r\nContent-Transfer-Encoding: base64"),
                                 body(std::string(good) + "\r\nX: a\nb"),
                                 body(good + "\r\nX: " + std::string(300, 'x')),
                                 "--B\r\n" + good + "\r\n\r\nx",
                                 "--B\r\n" + good + "\r\n\r\nx\r\n--B",
                                 "--B\r\n" + good + "\r\n\r\nx--B--"}) {
    EXPECT_NE(problem(bad), "") << bad;
  }
  const std::string part = "--B\r\n" + good + "\r\n\r\nx\r\n";
  EXPECT_EQ(problem(part + part + part + "--B--"), "there are more than 2 parts");
}

TEST(ParseForm, TakesTheExtendedNameForTheBetter) {
  const std::string start = "Content-Disposition: form-data; ";
  for (const auto& [head, name, filename] : std::vector<std::array<std::string, 3>>{
           {"name=a; filename=x.txt; filename*=utf-8''%e2%82%AC%20.txt", "a", "\xe2\x82\xac .txt"},
           {"filename*=UTF-8'en'x.txt; name=a; filename=\"y\"", "a", "x.txt"},
           {"name=a; name*=utf-8''%c3%a9; filename=f", "\xc3\xa9", "f"},
           {"name*=utf-8''b; filename*=ISO-8859-1''%e9", "b", "\xc3\xa9"}}) {
    auto parsed = parseForm("B", body(start + head));
    auto* parts = std::get_if<std::vector<FormPart>>(&parsed);
    ASSERT_NE(parts, nullptr) << head << ": " << std::get<std::string>(parsed);
    EXPECT_EQ(parts->at(0).name, name) << head;
    EXPECT_EQ(parts->at(0).filename, filename) << head;
  }
}

std::string part(const std::string& parameters, const std::string& content) {
  return "--B\r\nContent-Disposition: form-data; " + parameters + "\r\n\r\n" + content + "\r\n";
}

constexpr char kJson[] = R"({"language":"python","code":"1"})";

// The paths of the files, or the refusal.
std::vector<std::string> pathsOf(const std::string& parts) {
  auto decoded = decodeExecuteForm("multipart/form-data; boundary=B", parts + "--B--",
                                   ExecuteRequestReader(RequestBounds{Config{}}));
  if (auto* error = std::get_if<ApiError>(&decoded)) return {"refused: " + error->message};
  std::vector<std::string> paths;
  for (const auto& file : std::get<JobOrder>(decoded).files) paths.push_back(file.path);
  return paths;
}

TEST(ExecuteForm, IgnoresFileFieldsInWhichNothingWasChosen) {
  const std::string request = part("name=request", kJson);
  using Paths = std::vector<std::string>;
  EXPECT_EQ(pathsOf(part("name=f; filename=\"\"", "") + request), Paths());
  EXPECT_EQ(pathsOf(part("name=request; filename=\"\"", "") + request), Paths());
  // Something without a name is no empty field; the supervisor says what is wrong with it.
  EXPECT_EQ(pathsOf(part("name=f; filename=\"\"", "x") + request), Paths{""});
}

TEST(ExecuteForm, TakesARequestThatHasAFileName) {
  const std::string blob = part("name=request; filename=blob", kJson);
  using Paths = std::vector<std::string>;
  EXPECT_EQ(pathsOf(blob), Paths());
  EXPECT_EQ(pathsOf(part("name=f; filename=a", "x") + blob), Paths{"a"});
  EXPECT_EQ(pathsOf(blob + part("name=request", kJson)), Paths{"blob"});
  EXPECT_EQ(pathsOf(blob + blob), Paths{"refused: there are two parts called 'request'"});
}

TEST(ExecuteForm, JoinsTheRequestAndItsFiles) {
  const std::string request =
      R"({"language":"python","code":"1","files":[{"path":"a","content":"1"}]})";
  const std::string file =
      "--B\r\nContent-Disposition: form-data; name=f; filename=\"d/b\"\r\n\r\n\xff\r\n";
  const std::string json =
      "--B\r\nContent-Disposition: form-data; name=request\r\n\r\n" + request + "\r\n";
  const char* type = "multipart/form-data; boundary=B";
  const ExecuteRequestReader reader(RequestBounds{Config{}});
  auto decoded = decodeExecuteForm(type, file + json + "--B--", reader);
  auto* good = std::get_if<JobOrder>(&decoded);
  ASSERT_NE(good, nullptr) << std::get<ApiError>(decoded).message;
  ASSERT_EQ(good->files.size(), 2u);
  EXPECT_EQ(good->files[1].path, "d/b");
  EXPECT_EQ(good->files[1].content, "\xff");
  for (const std::string& bad : {file + "--B--", json + json + "--B--", std::string("--B--")}) {
    auto refused = decodeExecuteForm(type, bad, reader);
    ASSERT_TRUE(std::holds_alternative<ApiError>(refused));
    EXPECT_EQ(std::get<ApiError>(refused).code, "invalid_form");
  }
}

}  // namespace
}  // namespace brood::gateway
