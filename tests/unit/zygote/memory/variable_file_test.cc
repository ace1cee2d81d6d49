#include "zygote/memory/variable_file.h"

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "tests/unit/zygote/forked_child.h"
#include "zygote/memory/page_ranges.h"

namespace brood::zygote {
namespace {

// Loaded now, and so beyond those of this program's start.
struct Fixture {
  const size_t before = countLoadedObjects();
  void* const object = ::dlopen(BROOD_VARIABLE_FIXTURE, RTLD_NOW);
  int* const initialised = *variable("fixture_initialised");
  int* const untouched = *variable("fixture_untouched");
  int* const never = *variable("fixture_never");

  int sum() const { return reinterpret_cast<int (*)()>(::dlsym(object, "fixture_sum"))(); }

 private:
  int** variable(const char* name) const { return static_cast<int**>(::dlsym(object, name)); }
};

// Returns the text of proc(5) behind the addresses, for the mapping that the address is in.
std::string mappingAt(const void* address) {
  const auto wanted = reinterpret_cast<uintptr_t>(address);
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    size_t dash, space;
    const uintptr_t begin = std::stoul(line, &dash, 16);
    const uintptr_t end = std::stoul(line.substr(dash + 1), &space, 16);
    if (begin <= wanted && wanted < end) return line.substr(dash + 1 + space + 1);
  }
  return "";
}

bool isPresent(const int* address) {
  const uintptr_t page = reinterpret_cast<uintptr_t>(address) & ~uintptr_t{4095};
  return !presentPages({{page, page + 4096}}).empty();
}

// Each in a child of its own: what has been moved stays moved.
TEST(VariableFile, EverythingIsAsItWas) {
  EXPECT_EQ(inForkedChild([] {
              const Fixture fixture;
              if (fixture.object == nullptr || fixture.sum() != 41) return 1;
              fixture.untouched[0] = 1;
              if (moveVariablesToFile(fixture.before) < 1 || fixture.sum() != 42) return 2;
              fixture.initialised[0] = 50;
              fixture.never[0] = 2;
              if (fixture.sum() != 53) return 3;
              // A fork has what was written, and what it writes is its own.
              const auto writes = [&] { return (fixture.untouched[0] = 5, fixture.sum()); };
              if (inForkedChild(writes) != 57) return 4;
              return fixture.sum() == 53 ? 0 : 5;
            }),
            0);
}

TEST(VariableFile, AllOfAnObjectsAreOneMappingOfAFileThatNobodyCanWriteTo) {
  EXPECT_EQ(inForkedChild([] {
              const Fixture fixture;
              if (moveVariablesToFile(fixture.before) < 1) return 1;
              const std::string mapping = mappingAt(fixture.initialised);
              if (!mapping.starts_with("rw-p") || mapping != mappingAt(fixture.never)) return 2;
              if (mapping.find("memfd:brood-variables") == std::string::npos) return 3;
              // Beside what this program was started with: that is written to.
              static int own = 1;
              return mappingAt(&own).find("memfd") == std::string::npos ? 0 : 4;
            }),
            0);
}

TEST(VariableFile, AForkTakesNothingOfThemUntilItLooks) {
  EXPECT_EQ(inForkedChild([] {
              const Fixture fixture;
              moveVariablesToFile(fixture.before);
              if (fixture.sum() != 41 || !isPresent(fixture.initialised)) return 1;
              return inForkedChild([&] {
                if (isPresent(fixture.initialised)) return 2;
                return fixture.sum() == 41 && isPresent(fixture.initialised) ? 0 : 3;
              });
            }),
            0);
}

TEST(VariableFile, NotMovedAForkTakesWhatWasWritten) {
  EXPECT_EQ(inForkedChild([] {
              const Fixture fixture;
              fixture.initialised[0] = 41;
              return inForkedChild([&] { return isPresent(fixture.initialised) ? 0 : 1; });
            }),
            0);
}

TEST(VariableFile, ThoseToBeKeptAreNotMoved) {
  EXPECT_EQ(inForkedChild([] {
              const Fixture fixture;
              if (moveVariablesToFile(countLoadedObjects()) != 0) return 1;
              return mappingAt(fixture.initialised).find("memfd") == std::string::npos ? 0 : 2;
            }),
            0);
}

}  // namespace
}  // namespace brood::zygote
