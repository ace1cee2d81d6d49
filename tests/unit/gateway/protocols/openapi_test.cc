// gateway/protocols/openapi.json against the router, against the sources that refuse, and as it is
// served. tests/clients compares it with what a running Brood answers.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "gateway/protocols/openapi_document.h"
#include "tests/unit/gateway/gateway_fixture.h"

namespace brood::gateway {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using Names = std::set<std::string>;

json document() { return json::parse(openApiDocument()); }

Names documentedRoutes() {
  Names routes;
  const auto parsed = document();
  for (const auto& [path, operations] : parsed["paths"].items()) {
    for (const auto& [method, operation] : operations.items()) {
      std::string name = method;
      std::transform(name.begin(), name.end(), name.begin(), ::toupper);
      routes.insert(name + " " + path);
    }
  }
  return routes;
}

Names documentedCodes() {
  return document()["components"]["schemas"]["ErrorCode"]["enum"].get<Names>();
}

// The codes that components/responses assign to a status.
Names codesOfResponses() {
  Names codes;
  const auto parsed = document();
  for (const auto& response : parsed["components"]["responses"]) {
    const auto& parts = response["content"]["application/json"]["schema"]["allOf"];
    const auto& error = parts[1]["properties"]["error"]["properties"]["code"]["enum"];
    codes.merge(error.get<Names>());
  }
  return codes;
}

bool isForeign(const std::string& path) {
  for (const char* room : {"/protocols/dify/", "/protocols/sandboxfusion/", "/protocols/mcp/"}) {
    if (path.find(room) != std::string::npos) return true;
  }
  return false;
}

std::string sourcesOf(const char* room) {
  std::string text;
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(BROOD_SOURCE_DIR) / room)) {
    // The admin server's refusals go to the owner's socket, never to HTTP.
    if (entry.path().filename() == "admin_server.cc") continue;
    // Protocols of others have words of their own for what is wrong.
    if (isForeign(entry.path().string())) continue;
    if (entry.path().extension() != ".cc") continue;
    std::ifstream file(entry.path());
    text.append(std::istreambuf_iterator<char>(file), {});
  }
  return text;
}

Names allMatches(const std::string& text, const char* pattern) {
  const std::regex regex(pattern);
  Names found;
  for (std::sregex_iterator match(text.begin(), text.end(), regex), end; match != end; ++match) {
    found.insert((*match)[1]);
  }
  return found;
}

// The codes in the five forms that refusals have in the sources: {400, "code"; fail("code";
// invalid("code"; RejectionKind::X, "code"; error.code = "code".
Names codesOfSources() {
  const std::string text = sourcesOf("gateway") + sourcesOf("supervisor");
  Names codes;
  for (const char* pattern :
       {R"re(\b[45]\d\d,\s*"([a-z_]+)")re",
        R"re(\b(?:fail|fits|tooMany|invalid)\(\s*"([a-z_]+)")re",
        R"re(RejectionKind::[A-Z]+,\s*"([a-z_]+)")re", R"re(\.code = "([a-z_]+)")re"}) {
    codes.merge(allMatches(text, pattern));
  }
  codes.erase("files");  // tooMany() of supervisor/input_files.cc starts with the field's name.
  codes.erase("collect");
  return codes;
}

using OpenApiTest = GatewayTest;

TEST_F(OpenApiTest, HasEveryRouteAndNoOther) {
  startGateway();
  const auto routes = router().routes();
  EXPECT_EQ(documentedRoutes(), Names(routes.begin(), routes.end()));
}

TEST_F(OpenApiTest, RootNamesEveryRoute) {
  startGateway();
  const auto root = ask("GET / HTTP/1.1\r\nHost: h\r\n\r\n").json();
  EXPECT_EQ(root["endpoints"].get<Names>(), documentedRoutes());
}

TEST_F(OpenApiTest, IsServedWithTheVersion) {
  startGateway();
  const auto response = ask("GET /openapi.json HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(response.status, 200u);
  EXPECT_EQ(response.headers.at("content-type"), "application/json");
  EXPECT_EQ(response.json()["info"]["version"], BROOD_VERSION);
  EXPECT_EQ(response.json()["openapi"], "3.1.0");
}

TEST(OpenApiDocumentTest, HasEveryErrorCodeOfTheSources) {
  const auto documented = documentedCodes();
  for (const auto& code : codesOfSources()) {
    EXPECT_TRUE(documented.contains(code)) << code;
  }
}

TEST(OpenApiDocumentTest, HasNoErrorCodeThatNothingSends) {
  const std::string text = sourcesOf("gateway") + sourcesOf("supervisor");
  for (const auto& code : documentedCodes()) {
    EXPECT_NE(text.find('"' + code + '"'), std::string::npos) << code;
  }
}

TEST(OpenApiDocumentTest, EveryCodeComesWithAStatus) {
  EXPECT_EQ(codesOfResponses(), documentedCodes());
}

TEST(OpenApiDocumentTest, TheReferenceForPeopleHasEveryErrorCode) {
  std::ifstream file(fs::path(BROOD_SOURCE_DIR) / "docs/http-api.md");
  const std::string text(std::istreambuf_iterator<char>(file), {});
  for (const auto& code : documentedCodes()) {
    EXPECT_NE(text.find('`' + code + '`'), std::string::npos) << code;
  }
}

TEST(OpenApiDocumentTest, ReferencesLeadSomewhere) {
  const auto parsed = document();
  const std::string text(openApiDocument());
  for (const auto& pointer : allMatches(text, R"re("\$ref": "#([^"]+)")re")) {
    EXPECT_TRUE(parsed.contains(json::json_pointer(pointer))) << pointer;
  }
}

}  // namespace
}  // namespace brood::gateway
