#include "egress/protocols/socks5.h"

#include <gtest/gtest.h>

namespace brood::egress {
namespace {

using namespace std::string_literals;
using State = SocksReader::State;

const std::string kGreeting = "\x05\x02\x00\x02"s;

std::string request(const std::string& host, const std::string& port = "\x01\xbb") {
  return "\x05\x01\x00\x03"s + static_cast<char>(host.size()) + host + port;
}

SocksReader greeted() {
  SocksReader reader;
  EXPECT_EQ(reader.feed(kGreeting), kGreeting.size());
  EXPECT_EQ(reader.state(), State::greeted);
  EXPECT_EQ(reader.answer(), "\x05\x00"s);
  reader.goOn();
  return reader;
}

SocksReader asked(const std::string& bytes) {
  SocksReader reader = greeted();
  reader.feed(bytes);
  return reader;
}

TEST(Socks, ReadsAName) {
  SocksReader reader = greeted();
  const std::string bytes = request("pypi.org") + "next";
  EXPECT_EQ(reader.feed(bytes), bytes.size() - 4);
  EXPECT_EQ(reader.state(), State::complete);
  EXPECT_EQ(reader.host(), "pypi.org");
  EXPECT_EQ(reader.port(), 443);
}

TEST(Socks, ANameIsAnyBytes) {
  const auto reader = asked(request("a\0b\r\n"s));
  EXPECT_EQ(reader.state(), State::complete);
  EXPECT_EQ(reader.host(), "a\0b\r\n"s);
}

TEST(Socks, WaitsForTheWhole) {
  const std::string bytes = request("pypi.org");
  for (size_t size = 0; size < bytes.size(); ++size) {
    SocksReader reader = greeted();
    EXPECT_EQ(reader.feed(std::string_view(bytes).substr(0, size)), 0u);
    EXPECT_EQ(reader.state(), State::request);
  }
}

TEST(Socks, TakesNoAddresses) {
  for (const std::string& type : {"\x01"s, "\x04"s}) {
    const auto reader = asked("\x05\x01\x00"s + type + std::string(18, 'x'));
    EXPECT_EQ(reader.state(), State::failed);
    EXPECT_EQ(reader.answer()[1], 8);
    EXPECT_NE(reader.problem().find("names"), std::string::npos);
  }
}

TEST(Socks, TakesNoOtherCommand) {
  const auto reader = asked("\x05\x02\x00\x03\x01"s);
  EXPECT_EQ(reader.state(), State::failed);
  EXPECT_EQ(reader.answer()[1], 7);
}

TEST(Socks, TakesNoOtherVersionAndNoPassword) {
  SocksReader older;
  older.feed("\x04\x01"s);
  EXPECT_EQ(older.state(), State::failed);
  EXPECT_EQ(older.answer(), "");
  SocksReader password;
  password.feed("\x05\x01\x02"s);
  EXPECT_EQ(password.state(), State::failed);
  EXPECT_EQ(password.answer(), "\x05\xff"s);
}

}  // namespace
}  // namespace brood::egress
