#include "tests/unit/runtimes/temporary_folder.h"

#include <kj/debug.h>

#include <cstdlib>
#include <system_error>

namespace brood {

TemporaryFolder::TemporaryFolder() {
  char name[] = "/tmp/brood-test-XXXXXX";
  KJ_REQUIRE(mkdtemp(name) != nullptr, "cannot create a temporary folder");
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void TemporaryFolder::empty() const {
  for (const auto& entry : std::filesystem::directory_iterator(path_)) {
    std::filesystem::remove_all(entry);
  }
}

}  // namespace brood
