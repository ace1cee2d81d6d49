#include "tests/unit/runtimes/python/warm_python.h"

namespace brood {
namespace {

WarmUpOptions optionsFor(const std::vector<std::string>& preload) {
  WarmUpOptions options;
  options.profile = kj::heapString("default");
  auto names = kj::heapArrayBuilder<kj::String>(preload.size());
  for (const auto& name : preload) names.add(kj::heapString(name.c_str()));
  options.preload = names.finish();
  return options;
}

int runAsWorker(Runtime& runtime, const Script& script, const std::string& path) {
  kj::Vector<kj::StringPtr> args;
  for (const auto& arg : script.args) args.add(arg.c_str());
  kj::Vector<JobEnvVar> env;
  for (const auto& [name, value] : script.env) env.add(JobEnvVar{name.c_str(), value.c_str()});
  runtime.afterFork();
  runtime.park(path.c_str());
  JobSpec job;
  job.source = kj::ArrayPtr<const char>(script.source.data(), script.source.size()).asBytes();
  job.sourcePath = path.c_str();
  job.args = args;
  job.env = env;
  return runtime.run(job);
}

}  // namespace

WarmPython::WarmPython(std::vector<std::string> preload)
    : runtime_(makeRuntime()), report_(runtime_->warmUp(optionsFor(preload))) {
  runtime_->prepare();
}

ChildResult WarmPython::run(const Script& script, const std::filesystem::path& folder) {
  const std::string path = folder / "main.py";
  ForkHooks hooks{[this] { runtime_->beforeFork(); }, [this] { runtime_->afterForkInParent(); }};
  return runInChild(
      script.input, [&] { return runAsWorker(*runtime_, script, path); }, hooks);
}

ChildResult WarmPython::run(const Script& script) {
  TemporaryFolder folder;
  return run(script, folder.path());
}

ChildResult WarmPython::run(const std::string& source) { return run(Script{source, {}, {}, {}}); }

void WarmPython::expectIn(const std::filesystem::path& folder) {
  runtime_->expectAt((folder / "main.py").c_str());
}

std::vector<std::string> commonModules() {
  return {"argparse",
          "asyncio",
          "collections",
          "concurrent.futures.thread",
          "contextlib",
          "csv",
          "dataclasses",
          "datetime",
          "decimal",
          "functools",
          "glob",
          "hashlib",
          "inspect",
          "io",
          "itertools",
          "json",
          "logging",
          "math",
          "multiprocessing",
          "os",
          "pathlib",
          "pickle",
          "queue",
          "random",
          "re",
          "shutil",
          "signal",
          "socket",
          "sqlite3",
          "statistics",
          "string",
          "struct",
          "subprocess",
          "sys",
          "tempfile",
          "threading",
          "time",
          "traceback",
          "typing",
          "urllib.parse",
          "uuid",
          "warnings"};
}

}  // namespace brood
