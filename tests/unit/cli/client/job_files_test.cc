#include "cli/client/job_files.h"

#include <gtest/gtest.h>

namespace brood::cli {
namespace {

TEST(JobFiles, SpeaksOfWhatWasNotSeen) {
  EXPECT_EQ(unseenLines({}), "");
  EXPECT_EQ(unseenLines({{"text/plain", "1", 0}, {"text/html", "<b>1</b>", 0}}), "");
  EXPECT_EQ(unseenLines({{"text/plain", "<Figure>", 0}, {"image/png", "12345", 0}}),
            "brood: not shown: image/png, 5 bytes; --output-dir saves it\n");
  EXPECT_EQ(unseenLines({{"text/plain", "1", 0}, {"text/html", "<b>", 1}}),
            "brood: not shown: text/html, 3 bytes; --output-dir saves it\n");
}

TEST(JobFiles, TakeTheirNameFromTheArgument) {
  using Pair = std::pair<std::string, std::string>;
  EXPECT_EQ(splitFileArgument("a/b.txt"), Pair("a/b.txt", "b.txt"));
  EXPECT_EQ(splitFileArgument("a/b.txt:c"), Pair("a/b.txt", "c"));
}

}  // namespace
}  // namespace brood::cli
