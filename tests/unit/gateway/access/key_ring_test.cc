#include "gateway/access/key_ring.h"

#include <gtest/gtest.h>

namespace brood::gateway {
namespace {

KeyFile threeKeys() {
  KeyFile file;
  file.keys.push_back({"k_good", "acme", sha256("good"), {true, false, false}, 0, {}, {}, ""});
  file.keys.push_back({"k_old", "acme", sha256("old"), {true, false, false}, 0, 1000, {}, ""});
  file.keys.push_back({"k_gone", "acme", sha256("gone"), {true, false, false}, 0, {}, 500, ""});
  return file;
}

TEST(KeyRingTest, FindsAKeyByItsDigest) {
  const KeyRing ring(threeKeys());
  const auto found = ring.find("good", 0);
  EXPECT_EQ(found.verdict, KeyVerdict::good);
  EXPECT_EQ(found.entry->tenant, "acme");
  EXPECT_EQ(ring.find("goo", 0).verdict, KeyVerdict::unknown);
  EXPECT_EQ(ring.find("", 0).entry, nullptr);
}

TEST(KeyRingTest, TheDigestItselfIsNoKey) {
  EXPECT_EQ(KeyRing(threeKeys()).find(hexText(sha256("good")), 0).verdict, KeyVerdict::unknown);
}

TEST(KeyRingTest, AKeyExpiresAtItsMoment) {
  const KeyRing ring(threeKeys());
  EXPECT_EQ(ring.find("old", 999).verdict, KeyVerdict::good);
  EXPECT_EQ(ring.find("old", 1000).verdict, KeyVerdict::expired);
}

TEST(KeyRingTest, ARevokedKeyIsNamed) {
  const KeyRing ring(threeKeys());
  const auto found = ring.find("gone", 0);
  EXPECT_EQ(found.verdict, KeyVerdict::revoked);
  EXPECT_EQ(found.entry->id, "k_gone");
}

TEST(KeyRingTest, OneKeyMayDoEverything) {
  const KeyRing ring(threeKeys(), "secret");
  const auto found = ring.find("secret", 0);
  ASSERT_EQ(found.verdict, KeyVerdict::good);
  EXPECT_EQ(found.entry->tenant, "default");
  EXPECT_EQ(found.entry->scopes, (Scopes{true, true, true}));
  EXPECT_EQ(ring.find("good", 0).entry->tenant, "acme");
}

TEST(KeyRingTest, FindsACertificateByItsName) {
  KeyFile file = threeKeys();
  file.keys.push_back({"k_cert", "acme", {}, {true, false, false}, 0, 1000, {}, "", "ci.test"});
  const KeyRing ring(std::move(file));
  EXPECT_EQ(ring.findCertificate("ci.test", 0).entry->id, "k_cert");
  EXPECT_EQ(ring.findCertificate("ci.test", 1000).verdict, KeyVerdict::expired);
  EXPECT_EQ(ring.findCertificate("good", 0).verdict, KeyVerdict::unknown);
  EXPECT_EQ(ring.findCertificate("", 0).verdict, KeyVerdict::unknown);
  EXPECT_EQ(ring.find("ci.test", 0).verdict, KeyVerdict::unknown);
}

TEST(KeyRingTest, FindsEachOfMany) {
  KeyFile file;
  for (int i = 0; i < 2000; ++i) {
    const std::string name = std::to_string(i);
    file.keys.push_back({"k_" + name, "t" + name, sha256(name), {}, 0, {}, {}, ""});
  }
  const KeyRing ring(std::move(file));
  for (int i = 0; i < 2000; ++i) {
    EXPECT_EQ(ring.find(std::to_string(i), 0).entry->tenant, "t" + std::to_string(i));
  }
}

}  // namespace
}  // namespace brood::gateway
