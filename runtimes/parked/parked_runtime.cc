// Languages whose interpreter parks as a program of its own, started ahead of its job.

#include <kj/debug.h>

#include "runtimes/base_environment.h"
#include "runtimes/runtime.h"

namespace brood {
namespace {

class ParkedRuntime final : public Runtime {
 public:
  WarmUpReport warmUp(const WarmUpOptions& options) override {
    KJ_REQUIRE(options.parkedCommand.size() > 0, "the manifest has no parked_command");
    command_ = KJ_MAP(word, options.parkedCommand) { return kj::str(word); };
    WarmUpReport report;
    report.language = kj::str("parked");
    return report;
  }

  ParkedProgram parkedProgram() override {
    ParkedProgram program;
    for (const kj::String& word : command_) program.argv.add(kj::str(word));
    program.environment = jobEnvironment(nullptr);
    return program;
  }

  void afterFork() override {}
  void park(kj::StringPtr) override {}
  int run(const JobSpec&) override { KJ_FAIL_REQUIRE("a job is the parked program's to run"); }

 private:
  kj::Array<kj::String> command_;
};

}  // namespace

kj::Own<Runtime> makeRuntime() { return kj::heap<ParkedRuntime>(); }

}  // namespace brood
