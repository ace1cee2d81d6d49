#include "gateway/access/credentials.h"

#include <gtest/gtest.h>

namespace brood::gateway {
namespace {

constexpr auto kNone = std::nullopt;

TEST(CredentialsTest, NothingIsNoKey) { EXPECT_EQ(presentedKey(kNone, kNone), std::nullopt); }

TEST(CredentialsTest, BearerHasTheKey) {
  EXPECT_EQ(presentedKey(kNone, "Bearer brood_k"), "brood_k");
  EXPECT_EQ(presentedKey(kNone, "bearer   brood_k "), "brood_k");
}

TEST(CredentialsTest, BasicHasItAsThePassword) {
  EXPECT_EQ(presentedKey(kNone, "Basic eDpicm9vZF9r"), "brood_k");  // x:brood_k
  EXPECT_EQ(presentedKey(kNone, "Basic OmE6Yg=="), "a:b");          // :a:b
  EXPECT_EQ(presentedKey(kNone, "Basic bm9jb2xvbg=="), "");         // nocolon
  EXPECT_EQ(presentedKey(kNone, "Basic !!!"), "");
  EXPECT_EQ(presentedKey(kNone, "Basic "), "Basic");  // No space is left: a key by that name.
  EXPECT_EQ(presentedKey(kNone, "Basic ===="), "");
}

TEST(CredentialsTest, AKeyAloneIsOne) { EXPECT_EQ(presentedKey(kNone, "brood_k"), "brood_k"); }

TEST(CredentialsTest, OtherSchemesHaveNone) {
  EXPECT_EQ(presentedKey(kNone, "Digest username=\"x\""), "");
  EXPECT_EQ(presentedKey(kNone, ""), "");
}

TEST(CredentialsTest, TheHeaderForKeysComesFirst) {
  EXPECT_EQ(presentedKey("brood_k", "Bearer other"), "brood_k");
  EXPECT_EQ(presentedKey(" brood_k ", kNone), "brood_k");
  EXPECT_EQ(presentedKey("", "Bearer other"), "");
}

TEST(CredentialsTest, WhatIsTooLongIsNoKey) {
  EXPECT_EQ(presentedKey(std::string(5000, 'a'), kNone), "");
}

}  // namespace
}  // namespace brood::gateway
