#include "egress/policy/ip_address.h"

#include <gtest/gtest.h>
#include <netinet/in.h>

namespace brood::egress {
namespace {

TEST(IpAddress, ReadsTheUsualSpellingOnly) {
  for (const char* text : {"1.2.3.4", "255.255.255.255", "2001:db8::1", "::1", "::ffff:1.2.3.4"}) {
    const auto address = IpAddress::parse(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(address->text(), text);
  }
  for (const char* text : {"", "1", "1.2.3", "01.2.3.4", "1.2.3.4.", "0x7f.0.0.1", "1.2.3.256",
                           "1.2.3.4 ", "fe80::1%eth0", "[::1]", ":::", "1.2.3.4/8"}) {
    EXPECT_FALSE(IpAddress::parse(text)) << text;
  }
  EXPECT_FALSE(IpAddress::parse(std::string_view("1.2.3.4\0", 8)));
}

TEST(IpAddress, MakesTheSocketAddressThatItWasMadeOf) {
  for (const char* text : {"9.8.7.6", "2606:4700::1111"}) {
    const auto address = *IpAddress::parse(text);
    sockaddr_storage storage;
    const socklen_t size = address.toSocket(8443, storage);
    EXPECT_EQ(size, address.isV4() ? sizeof(sockaddr_in) : sizeof(sockaddr_in6));
    EXPECT_EQ(IpAddress::of(reinterpret_cast<sockaddr&>(storage)), address);
    const auto port = address.isV4() ? reinterpret_cast<sockaddr_in&>(storage).sin_port
                                     : reinterpret_cast<sockaddr_in6&>(storage).sin6_port;
    EXPECT_EQ(ntohs(port), 8443);
  }
  sockaddr other{};
  other.sa_family = AF_UNIX;
  EXPECT_FALSE(IpAddress::of(other));
}

TEST(IpRange, ContainsWhatHasItsPrefix) {
  const auto range = *IpRange::parse("10.16.0.0/12");
  EXPECT_TRUE(range.contains(*IpAddress::parse("10.31.255.255")));
  EXPECT_FALSE(range.contains(*IpAddress::parse("10.32.0.0")));
  EXPECT_FALSE(range.contains(*IpAddress::parse("::ffff:10.16.0.1")));
  EXPECT_TRUE(range.contains(*IpRange::parse("10.20.0.0/16")));
  EXPECT_FALSE(range.contains(*IpRange::parse("10.0.0.0/8")));
  EXPECT_TRUE(IpRange::parse("0.0.0.0/0")->contains(*IpAddress::parse("1.1.1.1")));
  EXPECT_EQ(range.text(), "10.16.0.0/12");
  EXPECT_EQ(IpRange::parse("10.1.2.3")->text(), "10.1.2.3");
}

TEST(IpRange, SaysNothingBeyondItsPrefix) {
  for (const char* text : {"10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8x",
                           "2001:db8::1/32", "host/8"}) {
    EXPECT_FALSE(IpRange::parse(text)) << text;
  }
}

}  // namespace
}  // namespace brood::egress
