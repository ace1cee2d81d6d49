#pragma once
// Folders of a test's own, and children that have one as their root.

#include <kj/debug.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "tests/unit/supervisor/sandboxes/fake_sandbox.h"

namespace brood::supervisor {

// Goes with all that is in it.
class OwnFolder {
 public:
  OwnFolder() {
    char name[] = "/tmp/brood-sandboxes-XXXXXX";
    KJ_REQUIRE(::mkdtemp(name) != nullptr);
    path_ = name;
  }
  ~OwnFolder() { std::filesystem::remove_all(path_); }
  OwnFolder(const OwnFolder&) = delete;

  const std::string& path() const { return path_; }
  void add(const char* name) const { std::filesystem::create_directory(path_ + "/" + name); }

 private:
  std::string path_;
};

// As a sandbox's init, with a /workspace. Needs CAP_SYS_CHROOT.
inline kj::Own<ChildProcess> newInitIn(Reaper& reaper, const OwnFolder& root) {
  root.add("workspace");
  return newPausedChild(reaper, ::getpid(), {},
                        [&root]() { return ::chroot(root.path().c_str()) == 0; });
}

}  // namespace brood::supervisor
