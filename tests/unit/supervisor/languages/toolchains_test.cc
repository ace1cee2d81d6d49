#include "supervisor/languages/toolchains.h"

#include <gtest/gtest.h>

namespace brood::supervisor {
namespace {

TEST(VersionIn, FindsItInWhatToolsSay) {
  EXPECT_EQ(versionIn("GNU bash, version 5.2.15(1)-release (x86_64-pc-linux-gnu)\n"), "5.2.15");
  EXPECT_EQ(versionIn("gcc (Debian 12.2.0-14+deb12u1) 12.2.0\nCopyright"), "12.2.0-14+deb12u1");
  EXPECT_EQ(versionIn("ruby 3.1.2p20 (2022-04-12 revision 4491bb740a) [x86_64]"), "3.1.2p20");
  EXPECT_EQ(versionIn("go version go1.19.8 linux/amd64"), "1.19.8");
  EXPECT_EQ(versionIn("Lua 5.4.4  Copyright (C) 1994-2022"), "5.4.4");
  EXPECT_EQ(versionIn("javac 17.0.15"), "17.0.15");
  EXPECT_EQ(versionIn("tool 7, built 2.5."), "2.5");
}

TEST(VersionIn, IsEmptyWhereThereIsNone) {
  for (const char* text : {"", "version 7", "1.", ".5", "a.b", "12"}) {
    EXPECT_EQ(versionIn(text), "") << text;
  }
}

TEST(Toolchains, TakeWhatNobodyAskedAboutToBeThere) {
  Toolchains toolchains;
  RuntimeManifest asked, unasked;
  toolchains.note(asked, {"", "not installed"});
  EXPECT_EQ(toolchains.of(asked).whyUnavailable, "not installed");
  EXPECT_EQ(toolchains.of(unasked).whyUnavailable, "");
}

}  // namespace
}  // namespace brood::supervisor
