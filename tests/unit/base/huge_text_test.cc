#include "base/huge_text.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <fstream>
#include <functional>
#include <string>

namespace brood {
namespace {

int inForkedChild(const std::function<int()>& function) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(function());
  int waitStatus = 0;
  ::waitpid(child, &waitStatus, 0);
  return WIFEXITED(waitStatus) ? WEXITSTATUS(waitStatus) : 256 + WTERMSIG(waitStatus);
}

[[gnu::noinline]] int someCode(int value) { return value * 3 + 1; }

// "permissions path" of the mapping that holds this address.
std::string mappingOf(uintptr_t address) {
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    char* end = nullptr;
    const uintptr_t begin = std::strtoull(line.c_str(), &end, 16);
    if (address < begin || address >= std::strtoull(end + 1, nullptr, 16)) continue;
    const size_t slash = line.find('/');
    return line.substr(line.find(' ') + 1, 4) +
           (slash == std::string::npos ? "" : line.substr(slash));
  }
  return "";
}

uintptr_t addressOfCode() { return reinterpret_cast<uintptr_t>(&someCode); }

TEST(HugeText, MovesTheCodeWhichRunsOn) {
  EXPECT_EQ(inForkedChild([] {
              const std::string before = mappingOf(addressOfCode());
              if (!before.starts_with("r-xp/")) return 1;
              const size_t moved = moveTextToHugePages();
              if (moved == 0 || moved % (2 << 20) != 0) return 2;
              // Anonymous, and as little writable as before.
              if (mappingOf(addressOfCode()) != "r-xp") return 3;
              if (someCode(2) != 7) return 4;
              // A fork has it too, and what is thrown is caught.
              return inForkedChild([] {
                try {
                  throw std::string("caught");
                } catch (const std::string& text) {
                  return text == "caught" && someCode(3) == 10 ? 0 : 1;
                }
              });
            }),
            0);
}

TEST(HugeText, OneMoreTimeIsNoHarm) {
  EXPECT_EQ(inForkedChild([] {
              moveTextToHugePages();
              moveTextToHugePages();
              return someCode(1) == 4 ? 0 : 1;
            }),
            0);
}

}  // namespace
}  // namespace brood
