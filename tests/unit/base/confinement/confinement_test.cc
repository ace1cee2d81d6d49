#include "base/confinement/confinement.h"

#include <gtest/gtest.h>

namespace brood {
namespace {

TEST(Confinement, NamesWhatIsThereAndWhatIsNot) {
  Confinement confinement;
  confinement.note("seccomp", {});
  confinement.note("landlock", "too old");
  EXPECT_EQ(confinement.layers, (std::vector<std::string>{"seccomp"}));
  EXPECT_EQ(confinement.missing, (std::vector<std::string>{"landlock: too old"}));
}

}  // namespace
}  // namespace brood
