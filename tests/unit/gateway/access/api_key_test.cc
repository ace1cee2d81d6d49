#include "gateway/access/api_key.h"

#include <gtest/gtest.h>

#include <set>

namespace brood::gateway {
namespace {

TEST(ApiKeyTest, HasPrefixSecretAndChecksum) {
  const std::string key = makeApiKey(KeyForm::brood);
  EXPECT_EQ(key.size(), 6u + 43 + 6);
  EXPECT_TRUE(key.starts_with("brood_"));
  EXPECT_EQ(
      key.find_first_not_of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", 6),
      std::string::npos);
  EXPECT_TRUE(isWhole(key));
  EXPECT_TRUE(isAcceptable(key));
}

TEST(ApiKeyTest, NoTwoAreAlike) {
  std::set<std::string> keys, ids;
  for (int i = 0; i < 1000; ++i) {
    keys.insert(makeApiKey(KeyForm::brood));
    ids.insert(makeKeyId());
  }
  EXPECT_EQ(keys.size(), 1000u);
  EXPECT_EQ(ids.size(), 1000u);
}

// A digit of base 62 may be any of 62 only if the bytes are converted as one number.
TEST(ApiKeyTest, TheSecretUsesAllDigits) {
  std::set<char> first, last;
  for (int i = 0; i < 4000; ++i) {
    const std::string key = makeApiKey(KeyForm::brood);
    first.insert(key[6 + 1]);
    last.insert(key[6 + 42]);
  }
  EXPECT_EQ(first.size(), 62u);
  EXPECT_EQ(last.size(), 62u);
}

TEST(ApiKeyTest, ATypingErrorIsNoticed) {
  const std::string key = makeApiKey(KeyForm::brood);
  for (size_t i = 6; i < key.size(); ++i) {
    std::string wrong = key;
    wrong[i] = wrong[i] == 'a' ? 'b' : 'a';
    EXPECT_FALSE(isWhole(wrong)) << i;
  }
  EXPECT_FALSE(isWhole(key.substr(0, key.size() - 1)));
  EXPECT_FALSE(isWhole(key + "0"));
}

TEST(ApiKeyTest, TheFormOfE2bIsHexadecimal) {
  const std::string key = makeApiKey(KeyForm::e2b);
  EXPECT_EQ(key.size(), 44u);
  EXPECT_TRUE(key.starts_with("e2b_"));
  EXPECT_EQ(key.find_first_not_of("0123456789abcdef", 4), std::string::npos);
  EXPECT_TRUE(isAcceptable(key));
}

TEST(ApiKeyTest, ForeignKeysNeedLengthAndPrintableCharacters) {
  EXPECT_TRUE(isAcceptable("sk-0123456789abcdef"));
  EXPECT_FALSE(isAcceptable(""));
  EXPECT_FALSE(isAcceptable("short"));
  EXPECT_FALSE(isAcceptable("0123456789 abcdef"));
  EXPECT_FALSE(isAcceptable("0123456789\nabcdef"));
  EXPECT_FALSE(
      isAcceptable("0123456789\x80"
                   "abcdef"));
  EXPECT_FALSE(isAcceptable(std::string(513, 'a')));
}

}  // namespace
}  // namespace brood::gateway
