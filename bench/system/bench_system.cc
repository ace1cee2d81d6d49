#include "bench/system/bench_system.h"

#include <kj/debug.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "bench/clients/http_job_client.h"
#include "bench/system/native_sample.h"
#include "cli/client/supervisor_client.h"
#include "cli/terminal/cli_error.h"
#include "config/loader.h"

namespace brood::bench {
namespace {

constexpr uint32_t kFirstOwnUid = 4'000'000;
constexpr uint32_t kUidsPerSystem = 1'024;

// The typical job of a profile whose jobs use pandas.
constexpr char kTypicalPandas[] =
    "typical_job = '''\n"
    "import numpy, pandas\n"
    "print(pandas.Series(numpy.arange(3)).sum())\n"
    "frame = pandas.DataFrame({'k': ['a', 'b', 'a'], 'v': numpy.arange(3)})\n"
    "print(*frame.groupby('k').v.sum())\n"
    "'''\n";

std::string broodBinary() {
  auto here = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  return (here.parent_path() / "bin/brood").string();
}

// Apart from every other Brood on the machine, and from another of us.
std::vector<std::string> serveCommandLine(const std::string& directory) {
  uint32_t uidBase = kFirstOwnUid + static_cast<uint32_t>(::getpid() % 4'096) * kUidsPerSystem;
  return {broodBinary(),
          "serve",
          "--supervisor-runtime-dir",
          directory + "/run",
          "--supervisor-log-level",
          "error",
          "--gateway-host",
          "127.0.0.1",
          "--gateway-port",
          "0",
          "--sandbox-uid-base",
          std::to_string(uidBase),
          "--sandbox-cgroup-parent",
          ownCgroupName()};
}

bool isSupervisorAt(UvAsyncIo& io, const std::string& socketPath) {
  try {
    cli::SupervisorClient client(io, socketPath);
    return true;
  } catch (const cli::CliError&) {
    return false;
  }
}

bool isGatewayAt(UvAsyncIo& io, const std::string& address) {
  try {
    HttpJobClient client(io, address);
    return client.get("/health").wait(io.waitScope()).status == 200;
  } catch (const kj::Exception&) {
    return false;
  }
}

void writeProfiles(std::ostream& file) {
  for (const auto& manifest : installedManifests(configOfRunningSystem().supervisor)) {
    if (manifest.zygote.empty()) continue;
    file << "[profiles." << (manifest.name == "python" ? "default" : manifest.name)
         << "]\nlanguage = \"" << manifest.name << "\"\nmin_idle = 1\ntarget_idle = 4\n";
  }
}

// The command line of a system that is set up in this directory.
std::vector<std::string> setUp(const std::string& directory, const OwnSettings& settings) {
  const std::string config = directory + "/brood.toml", script = directory + "/warm_up.py";
  auto words = serveCommandLine(directory);
  if (!settings.hasSessions) words.insert(words.end(), {"--sessions-enabled", "off"});
  const bool asConfigured = settings.toml.empty() && settings.warmUp.empty() &&
                            !settings.parksAllLanguages && !settings.hasTypicalPandas;
  if (asConfigured) return words;
  words.insert(words.end(), {"--config", config});
  std::ofstream file(config);
  file << settings.toml;
  if (settings.parksAllLanguages) writeProfiles(file);
  if (settings.hasTypicalPandas) {
    const std::string typical = directory + "/typical.py";
    std::ofstream(typical) << kTypicalPandas;
    // The default one would not be there if only another were named.
    file << "[profiles.default]\n[profiles." << kTypicalPandasProfile
         << "]\nlanguage = \"python\"\nwarm_up = \"" << typical
         << "\"\nmin_idle = 1\ntarget_idle = 4\n";
  }
  if (!settings.warmUp.empty()) {
    std::ofstream(script) << settings.warmUp;
    file << "[profiles.default]\nwarm_up = \"" << script << "\"\n";
  }
  return words;
}

}  // namespace

std::string ownCgroupName() { return "brood-bench-" + std::to_string(::getpid()); }

Config configOfRunningSystem() {
  std::vector<std::string> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) environment.emplace_back(*entry);
  return loadConfig({}, environment).config;
}

TemporaryDirectory::TemporaryDirectory() {
  char pattern[] = "/tmp/brood-bench-XXXXXX";
  KJ_REQUIRE(::mkdtemp(pattern) != nullptr, "mkdtemp", errno);
  path_ = pattern;
  // The gateway has become nobody when it looks for the socket.
  KJ_SYSCALL(::chmod(pattern, 0711));
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

OwnSystem::OwnSystem(UvAsyncIo& io, const Interrupt& interrupt, const OwnSettings& settings)
    : io_(io), serve_(io, setUp(directory_.path(), settings)), lines_(serve_.output()) {
  untilListening().wait(io.waitScope());
  interrupt.check();
  draining_ = drainOutput().eagerlyEvaluate(nullptr);
}

OwnSystem::~OwnSystem() noexcept(false) {
  serve_.signal(SIGTERM);
  serve_.onExit().wait(io_.waitScope());
}

kj::Promise<void> OwnSystem::untilListening() {
  return lines_.next().then([this](kj::Maybe<std::string>&& line) -> kj::Promise<void> {
    KJ_IF_MAYBE (text, line) {
      const std::string scheme = "http://";
      size_t at = text->find(scheme);
      if (at == std::string::npos) return untilListening();
      at += scheme.size();
      httpAddress_ = text->substr(at, text->find_first_of(" /", at) - at);
      return kj::READY_NOW;
    }
    throw cli::CliError("`brood serve` ended before it was ready");
  });
}

kj::Promise<void> OwnSystem::drainOutput() {
  return lines_.next().then([this](kj::Maybe<std::string>&& line) -> kj::Promise<void> {
    if (line == nullptr) return kj::READY_NOW;
    return drainOutput();
  });
}

BenchSystem::BenchSystem(UvAsyncIo& io, const Interrupt& interrupt, const Options& options,
                         const OwnSettings& settings) {
  auto config = configOfRunningSystem();
  socketPath_ = options.socketPath.value_or(config.supervisor.socketPath());
  if (options.socketPath || isSupervisorAt(io, socketPath_)) {
    cli::SupervisorClient mustAnswer(io, socketPath_);
    auto address = options.httpAddress.value_or(config.gateway.host + ":" +
                                                std::to_string(config.gateway.port));
    if (isGatewayAt(io, address)) {
      httpAddress_ = address;
    } else if (options.httpAddress) {
      throw cli::CliError("no gateway at http://" + address);
    }
    return;
  }
  if (options.httpAddress)
    throw cli::CliError("--http needs --socket too: which supervisor is it?");
  own_.emplace(io, interrupt, settings);
  socketPath_ = own_->socketPath();
  httpAddress_ = own_->httpAddress();
}

}  // namespace brood::bench
