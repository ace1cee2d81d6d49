// Languages whose interpreter parks as a program of its own, started ahead of its job.

#include <kj/debug.h>

#include "runtimes/interface/base_environment.h"
#include "runtimes/interface/runtime.h"

namespace brood {
namespace {

class ParkedRuntime final : public Runtime {
 public:
  WarmUpReport warmUp(const WarmUpOptions& options) override {
    KJ_REQUIRE(options.parkedCommand.size() > 0, "the manifest has no parked_command");
    KJ_REQUIRE(options.preload.size() == 0, "a parked interpreter cannot preload", options.preload);
    KJ_REQUIRE(options.script.size() == 0, "a parked interpreter runs no warm-up script");
    command_ = KJ_MAP(word, options.parkedCommand) { return kj::str(word); };
    environment_ = environmentWith(options.environment);
    WarmUpReport report;
    report.language = kj::str("parked");
    return report;
  }

  ParkedProgram parkedProgram() override {
    ParkedProgram program;
    for (const kj::String& word : command_) program.argv.add(kj::str(word));
    for (const kj::String& variable : environment_) program.environment.add(kj::str(variable));
    return program;
  }

  void afterFork() override {}
  void park(kj::StringPtr) override {}
  int run(const JobSpec&) override { KJ_FAIL_REQUIRE("a job is the parked program's to run"); }

 private:
  // `own` are a profile's, "NAME=VALUE".
  static kj::Vector<kj::String> environmentWith(kj::ArrayPtr<const kj::String> own) {
    kj::Vector<kj::String> names;
    kj::Vector<JobEnvVar> variables;
    for (kj::StringPtr assignment : own) {
      const size_t equals = KJ_REQUIRE_NONNULL(assignment.findFirst('='), assignment);
      names.add(kj::str(assignment.slice(0, equals)));
      variables.add(JobEnvVar{names.back(), assignment.slice(equals + 1)});
    }
    return jobEnvironment(variables);
  }

  kj::Array<kj::String> command_;
  kj::Vector<kj::String> environment_;
};

}  // namespace

kj::Own<Runtime> makeRuntime() { return kj::heap<ParkedRuntime>(); }

}  // namespace brood
