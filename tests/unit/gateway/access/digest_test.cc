#include "gateway/access/digest.h"

#include <gtest/gtest.h>

namespace brood::gateway {
namespace {

TEST(DigestTest, IsTheStandards) {
  // FIPS 180-4's example.
  EXPECT_EQ(hexText(sha256("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(DigestTest, ReadsWhatItWrites) {
  const Sha256 digest = sha256("brood");
  EXPECT_EQ(digestFromHex(hexText(digest)), digest);
  EXPECT_FALSE(digestFromHex(""));
  EXPECT_FALSE(digestFromHex(hexText(digest).substr(1)));
  EXPECT_FALSE(digestFromHex(hexText(digest).substr(1) + "g"));
}

TEST(DigestTest, EqualityLooksAtAllBytes) {
  const Sha256 digest = sha256("brood");
  for (size_t i = 0; i < digest.size(); ++i) {
    Sha256 other = digest;
    other[i] ^= 1;
    EXPECT_FALSE(digestsEqual(digest, other));
  }
  EXPECT_TRUE(digestsEqual(digest, sha256("brood")));
}

}  // namespace
}  // namespace brood::gateway
