// Policy and dialler see the same name or none, whatever bytes a client sends.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netdb.h>

#include <cstring>
#include <random>

#include "egress/policy/policy.h"

namespace brood::egress {
namespace {

constexpr int kRounds = 200000;

// Pieces of which names and ways around lists are made, so that random strings get near them.
const std::vector<std::string> kPieces{"github",
                                       ".com",
                                       ".",
                                       "..",
                                       "a",
                                       "A",
                                       "-",
                                       "0",
                                       "1",
                                       "127",
                                       "0x7f",
                                       "0177",
                                       "xn--",
                                       "%00",
                                       std::string(1, '\0'),
                                       "\r\n",
                                       " ",
                                       "@",
                                       "/",
                                       ":",
                                       "[",
                                       "]",
                                       "%",
                                       "\xc3\xad",
                                       "\xe3\x80\x82",
                                       "::1",
                                       "::ffff:",
                                       "evil.example",
                                       "_",
                                       "*",
                                       "255",
                                       "4294967295",
                                       std::string(70, 'b')};

std::string randomText(std::mt19937& random) {
  std::string text;
  const int pieces = static_cast<int>(random() % 7);
  for (int i = 0; i < pieces; ++i) {
    if (random() % 8 == 0) {
      text += static_cast<char>(random());
    } else {
      text += kPieces[random() % kPieces.size()];
    }
  }
  return text;
}

// The C library, without asking anybody, is the most liberal reader of addresses there is.
bool isAddressToLibc(const char* text) {
  in_addr address;
  if (::inet_aton(text, &address) != 0) return true;
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST;
  addrinfo* found = nullptr;
  if (::getaddrinfo(text, nullptr, &hints, &found) != 0) return false;
  ::freeaddrinfo(found);
  return true;
}

TEST(HostProperty, WhatIsComparedIsWhatIsLookedUp) {
  std::mt19937 random(18);
  int names = 0, addresses = 0;
  for (int round = 0; round < kRounds; ++round) {
    const std::string text = randomText(random);
    const auto read = readHost(text);
    if (const auto* name = std::get_if<HostName>(&read)) {
      ++names;
      // The resolver is given a C string: nothing of the name may be lost there.
      ASSERT_EQ(std::strlen(name->text().c_str()), name->text().size()) << shownHost(text);
      ASSERT_FALSE(isAddressToLibc(name->text().c_str())) << shownHost(text);
      const auto again = readHost(name->text());
      ASSERT_TRUE(std::holds_alternative<HostName>(again));
      ASSERT_EQ(std::get<HostName>(again), *name);
    } else if (const auto* address = std::get_if<IpAddress>(&read)) {
      ++addresses;
      ASSERT_EQ(std::get<IpAddress>(readHost(address->text())), *address);
      ASSERT_EQ(std::get<IpAddress>(readHost(address->urlText())), *address);
    }
  }
  EXPECT_GT(names, kRounds / 50);
  EXPECT_GT(addresses, 50);
}

TEST(HostProperty, APermitIsForTheHostThatWasRead) {
  std::mt19937 random(19);
  const std::vector<std::string> entries{"github.com", "*.example", "a.com", "127.0.0.0/8"};
  const auto policy = std::get<Policy>(Policy::of(entries));
  int permits = 0;
  for (int round = 0; round < kRounds; ++round) {
    const std::string text = randomText(random);
    const auto decision = decide(policy, Narrowing::everythingAllowed(), text, 443);
    const auto* permit = std::get_if<Permit>(&decision);
    if (permit == nullptr) continue;
    ++permits;
    const std::string host = textOf(permit->host());
    const bool isListed = host == "github.com" || host == "a.com" || host.ends_with(".example") ||
                          host.starts_with("127.");
    ASSERT_TRUE(isListed) << shownHost(text);
    ASSERT_EQ(host.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-"), std::string::npos);
  }
  EXPECT_GT(permits, 100);
}

}  // namespace
}  // namespace brood::egress
