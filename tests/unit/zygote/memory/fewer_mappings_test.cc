#include "zygote/memory/fewer_mappings.h"

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/unit/zygote/forked_child.h"

namespace brood::zygote {
namespace {

std::vector<std::string> mappings() {
  std::ifstream maps("/proc/self/maps");
  std::vector<std::string> lines;
  for (std::string line; std::getline(maps, line);) lines.push_back(line);
  return lines;
}

// Returns the permissions of the mapping that the address is in.
std::string permissionsAt(const void* address) {
  const auto wanted = reinterpret_cast<uintptr_t>(address);
  for (const std::string& line : mappings()) {
    size_t dash;
    const uintptr_t begin = std::stoul(line, &dash, 16);
    size_t space;
    const uintptr_t end = std::stoul(line.substr(dash + 1), &space, 16);
    if (begin <= wanted && wanted < end) return line.substr(dash + 1 + space + 1, 4);
  }
  return "";
}

int counter = 41;
const char kConstant[] = "a constant";

int throwAndCatch() {
  try {
    throw std::runtime_error("unwinding reads tables of all objects");
  } catch (const std::exception&) {
    return 1;
  }
}

// Each in a child of its own: what has been joined stays joined.
TEST(FewerMappings, ThereAreFewer) {
  EXPECT_EQ(inForkedChild([] {
              const size_t before = mappings().size();
              const size_t fewer = joinMappings(true);
              return fewer > 0 && mappings().size() + fewer / 2 <= before ? 0 : 1;
            }),
            0);
}

TEST(FewerMappings, EverythingIsAsItWas) {
  EXPECT_EQ(inForkedChild([] {
              ++counter;
              joinMappings(true);
              if (counter != 42 || std::string(kConstant) != "a constant") return 1;
              counter = 43;
              if (counter != 43 || throwAndCatch() != 1) return 2;
              if (::dlopen("libm.so.6", RTLD_NOW) == nullptr) return 3;
              // A fork has all of it, too.
              return inForkedChild([] { return counter == 43 ? throwAndCatch() : 0; }) == 1 ? 0 : 4;
            }),
            0);
}

TEST(FewerMappings, NoCodeIsWritableAndNoVariableCode) {
  EXPECT_EQ(inForkedChild([] {
              joinMappings(true);
              if (permissionsAt(reinterpret_cast<const void*>(&throwAndCatch)) != "r-xp") return 1;
              if (permissionsAt(&counter) != "rw-p") return 2;
              if (permissionsAt(kConstant).find('w') != std::string::npos) return 3;
              for (const std::string& line : mappings()) {
                if (line.find(" rwx") != std::string::npos) return 4;
              }
              return 0;
            }),
            0);
}

TEST(FewerMappings, AgainThereIsNothingToDo) {
  EXPECT_EQ(inForkedChild([] { return joinMappings(true) > 0 && joinMappings(true) == 0 ? 0 : 1; }),
            0);
}

}  // namespace
}  // namespace brood::zygote
