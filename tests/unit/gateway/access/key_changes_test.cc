#include "gateway/access/key_changes.h"

#include <gtest/gtest.h>

namespace brood::gateway {
namespace {

KeyFile twoKeys() {
  KeyFile file;
  file.keys.push_back({"k_1", "acme", sha256("one"), {true, false, false}, 0, {}, {}, ""});
  file.keys.push_back({"k_2", "other", sha256("two"), {true, false, false}, 0, {}, {}, ""});
  return file;
}

using Changes = std::vector<KeyChange>;

TEST(KeyChangesTest, TheSameFileHasNone) {
  EXPECT_EQ(keyChanges(twoKeys(), twoKeys()), Changes());
  KeyFile limits = twoKeys();
  limits.defaults.sessions = 1;
  EXPECT_EQ(keyChanges(twoKeys(), limits), Changes());
}

TEST(KeyChangesTest, KeysComeAndGo) {
  EXPECT_EQ(keyChanges({}, twoKeys()),
            (Changes{{"k_1", "acme", "created"}, {"k_2", "other", "created"}}));
  KeyFile one = twoKeys();
  one.keys.pop_back();
  EXPECT_EQ(keyChanges(twoKeys(), one), (Changes{{"k_2", "other", "removed"}}));
}

TEST(KeyChangesTest, ARevocationIsNamed) {
  KeyFile revoked = twoKeys();
  revoked.keys[0].revoked = 5;
  EXPECT_EQ(keyChanges(twoKeys(), revoked), (Changes{{"k_1", "acme", "revoked"}}));
  EXPECT_EQ(keyChanges(revoked, twoKeys()), (Changes{{"k_1", "acme", "changed"}}));
}

TEST(KeyChangesTest, AnotherScopeIsAChange) {
  KeyFile changed = twoKeys();
  changed.keys[1].scopes.admin = true;
  EXPECT_EQ(keyChanges(twoKeys(), changed), (Changes{{"k_2", "other", "changed"}}));
}

}  // namespace
}  // namespace brood::gateway
