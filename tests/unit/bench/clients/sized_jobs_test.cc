#include "bench/clients/sized_jobs.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace brood::bench {
namespace {

TEST(SizedJobs, HaveSoManyBytesOfTheirPart) {
  for (size_t bytes : {1'024u, 65'536u}) {
    EXPECT_EQ(sizedJob(SizedPart::code, bytes, "n").code.size(), bytes);
    EXPECT_EQ(sizedJob(SizedPart::stdinText, bytes, "n").stdinText.size(), bytes);
    const auto file = sizedJob(SizedPart::file, bytes, "n");
    ASSERT_EQ(file.files.size(), 1u);
    EXPECT_EQ(file.files[0].second.size(), bytes);
    EXPECT_EQ(sizedJob(SizedPart::output, bytes, "n").expectedOutput.size(), bytes);
  }
}

TEST(SizedJobs, AreSmallOtherwise) {
  constexpr size_t kBytes = 1 << 20;
  EXPECT_LT(sizedJob(SizedPart::stdinText, kBytes, "n").code.size(), 200u);
  EXPECT_LT(sizedJob(SizedPart::output, kBytes, "n").code.size(), 200u);
}

TEST(SizedJobs, HaveAnAnswerOfTheirOwn) {
  for (auto part : {SizedPart::code, SizedPart::stdinText, SizedPart::file, SizedPart::output}) {
    EXPECT_NE(sizedJob(part, 2'048, "abc").expectedOutput.find("abc"), std::string::npos)
        << nameOf(part);
    EXPECT_NE(sizedJob(part, 2'048, "abc").code.find("abc"), std::string::npos) << nameOf(part);
  }
}

// A program of many lines is no comment that ends in its middle.
TEST(SizedJobs, CodeIsOneStatementAndComments) {
  const std::string code = sizedJob(SizedPart::code, 4'096, "n").code;
  size_t at = code.find('\n') + 1;
  for (; at < code.size(); at = code.find('\n', at) + 1) {
    ASSERT_TRUE(code[at] == '#' || code[at] == '\n') << at;
  }
  EXPECT_EQ(code.back(), '\n');
}

}  // namespace
}  // namespace brood::bench
