#include "tests/unit/egress/proxies/proxy_fixture.h"

namespace brood::egress {
namespace {

class AliasConnectionTest : public ProxyTest {
 protected:
  AliasConnectionTest() {
    auto made = std::make_shared<Settings>();
    const AliasSpec spec{"openai", "https://a.example", {{"Authorization", "secret"}}, {"secret"}};
    made->aliases.add(std::get<Alias>(Alias::of(spec, {"!a.example"})));
    settings = std::move(made);
  }

  std::string answerTo(const std::string& target) {
    auto client = open(serveAliases);
    write(*client, "GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    return readToEnd(*client);
  }
};

TEST_F(AliasConnectionTest, NamesTheAliasesThatThereAre) {
  const auto answer = answerTo("/other/v1");
  EXPECT_EQ(answer.substr(0, 12), "HTTP/1.1 404");
  EXPECT_NE(answer.find("there are: openai"), std::string::npos);
}

TEST_F(AliasConnectionTest, TakesNoOtherForm) {
  EXPECT_EQ(answerTo("http://a.example/").substr(0, 12), "HTTP/1.1 400");
}

TEST_F(AliasConnectionTest, IsSubjectToDenials) {
  const auto answer = answerTo("/openai/v1");
  EXPECT_EQ(answer.substr(0, 12), "HTTP/1.1 403");
  EXPECT_NE(answer.find("denied by '!a.example'"), std::string::npos);
  EXPECT_EQ(answer.find("secret"), std::string::npos);
}

}  // namespace
}  // namespace brood::egress
