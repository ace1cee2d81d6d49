#include "egress/protocols/refusal_response.h"

#include <gtest/gtest.h>

namespace brood::egress {
namespace {

TEST(RefusalResponse, NamesTheHostAndTheRule) {
  const auto text = refusalResponse({"not_listed", "default", "a.example:443 is not listed"});
  EXPECT_TRUE(text.starts_with("HTTP/1.1 403 brood egress: a.example:443 is not listed\r\n"));
  EXPECT_TRUE(
      text.ends_with("\r\n\r\nbrood egress refused this: a.example:443 is not listed "
                     "(rule: default, reason: not_listed)\n"));
}

TEST(RefusalResponse, AFailureIsNoRefusal) {
  const auto text = refusalResponse({"unreachable", "network", "a.example:443 is away", true});
  EXPECT_TRUE(text.starts_with("HTTP/1.1 502 brood egress: a.example:443 is away\r\n"));
}

TEST(RefusalResponse, TheStatusLineIsOneLine) {
  const auto text = refusalResponse({"x", "y", "a\r\nSet-Cookie: b"});
  EXPECT_TRUE(text.starts_with("HTTP/1.1 403 brood egress: a??Set-Cookie: b\r\n"));
}

}  // namespace
}  // namespace brood::egress
