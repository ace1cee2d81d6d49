#include "supervisor/usage/lock_watch.h"

#include <gtest/gtest.h>

#include <string>

namespace brood::supervisor {
namespace {

TEST(LockWatch, CountsByProcessHoweverTheTextIsCut) {
  const std::string text =
      "1: POSIX  ADVISORY  WRITE 77 fe:00:1234 0 0\n"
      "2: FLOCK  ADVISORY  WRITE 78 fe:00:1235 0 EOF\n"
      "2: -> FLOCK  ADVISORY  READ 77 fe:00:1235 0 EOF\n"
      "3: OFDLCK ADVISORY  READ -1 fe:00:1236 2 2\n"
      "4: LEASE  ACTIVE    READ 77 fe:00:1236 0 EOF\n";
  for (size_t piece : {size_t{1}, size_t{10}, text.size()}) {
    LockCount count;
    for (size_t at = 0; at < text.size(); at += piece) count.add(text.substr(at, piece));
    EXPECT_EQ(count.lines(), 5u);
    EXPECT_EQ(count.byProcess(), (std::map<pid_t, uint64_t>{{77, 3}, {78, 1}}));
  }
}

TEST(LockWatch, NonsenseIsNobodys) {
  LockCount count;
  count.add("\n\nx\n1:\n1: POSIX\n1: -> a b c\n");
  EXPECT_EQ(count.lines(), 6u);
  EXPECT_TRUE(count.byProcess().empty());
}

}  // namespace
}  // namespace brood::supervisor
