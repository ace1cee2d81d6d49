#include "runtimes/python/pretouch.h"

#include "runtimes/python/finish.h"
#include "runtimes/python/harness_sources.h"
#include "runtimes/python/script.h"

#include <kj/debug.h>

#include <fcntl.h>
#include <cstdio>
#include <memory>

namespace brood {
namespace {

using File = std::unique_ptr<FILE, int (*)(FILE*)>;

// The dummy's name in its own tracebacks; seen by nobody.
constexpr char kDummyPath[] = "<pretouch>";

// What the dummy imported that the zygote had not.
void forgetModules(const ModuleSnapshot& modulesBefore) {
  for (const auto& name : modulesBefore.addedNames()) {
    mustSucceed(PyDict_DelItem(PyImport_GetModuleDict(), name.get()), "forget a module");
  }
}

// The dummy ends in an exception it raises on purpose, so 1 is the expected code.
void runDummy() {
  constexpr size_t kSize = sizeof(harness::kPretouch) - 1;
  FILE* source = fmemopen(const_cast<char*>(harness::kPretouch), kSize, "r");
  KJ_REQUIRE(source != nullptr, "no memory for the dummy job");
  ModuleSnapshot modulesBefore = ModuleSnapshot::take();
  PyRef original = PyRef::share(PyImport_AddModule("__main__"));
  PyRef mainModule = newMainModule();
  installMainModule(mainModule.get());
  ScriptOutcome outcome = runScript(source, kDummyPath, mainModule.get());
  KJ_REQUIRE(outcome.exitCode == 1 && !outcome.interrupted, "the dummy job failed");
  installMainModule(original.get());
  forgetModules(modulesBefore);
}

}  // namespace

Pretouch::Pretouch() : forget_("forget", harness::kForget) {}

void Pretouch::run(const StandardStreams& streams) const {
  File nowhere(fopen("/dev/null", "r+e"), fclose);
  KJ_REQUIRE(nowhere != nullptr, "cannot open /dev/null");
  int fd = fileno(nowhere.get());
  streams.open(fd, fd, fd);
  runDummy();
  forget_.run();
  PyGC_Collect();
}

}  // namespace brood
