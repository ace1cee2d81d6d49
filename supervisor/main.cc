// broodd: the supervisor process. Reads its configuration, puts the system together, serves until
// told to stop.

#include <kj/debug.h>
#include <signal.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "config/loader.h"
#include "host/features.h"
#include "host/outer_namespace.h"
#include "rpc/huge_text.h"
#include "rpc/uv_io.h"
#include "supervisor/system.h"

extern char** environ;

namespace brood {
namespace {

// Where the build tree and an installation alike keep what belongs to this binary.
void fillDefaultPaths(SupervisorConfig& config) {
  const auto prefix = std::filesystem::read_symlink("/proc/self/exe").parent_path().parent_path();
  if (config.libexecDir.empty()) config.libexecDir = (prefix / "libexec").string();
  if (config.runtimesDir.empty()) config.runtimesDir = (prefix / "share/brood/runtimes").string();
}

// The soft limit is meant for interactive programs, and the hard one may be too low as well.
void raiseDescriptorLimit(uint32_t maxSlots) {
  // Of a parked sandbox 16, with version 1 of cgroups; four more while it is made.
  constexpr rlim_t kOfSandbox = 20, kBesides = 256;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) < 0) return;
  const rlim_t wanted = maxSlots * kOfSandbox + kBesides;
  const rlimit more{std::max(wanted, limit.rlim_max), std::max(wanted, limit.rlim_max)};
  // Who may not raise the hard one has that.
  if (::setrlimit(RLIMIT_NOFILE, &more) == 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  spdlog::warn("sandbox.max_slots = {} takes {} descriptors, and this process may have {}: there may "
               "be no more than {} sandboxes (ulimit -Hn, LimitNOFILE=)",
               maxSlots, wanted, limit.rlim_max,
               limit.rlim_max < kBesides ? 0 : (limit.rlim_max - kBesides) / kOfSandbox);
}

void setUpLogging(const std::string& level) {
  auto logger = spdlog::stderr_color_mt("broodd");
  logger->set_level(spdlog::level::from_str(level));
  spdlog::set_default_logger(logger);
}

// Its memory and its descriptors reach into every sandbox.
void closeToOthers(const LayerPolicy& layers) {
  if (!layers.isOn(Layer::dumpable)) return;
  KJ_SYSCALL(::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0));
}

// All that is started from here on has its capabilities inside that namespace.
void enterTier(Tier tier) {
  if (tier != Tier::user) return;
  const ProbeStep entered = enterOuterNamespace();
  KJ_REQUIRE(entered.errnoValue == 0, "cannot enter a user namespace", entered.name,
             strerror(entered.errnoValue));
}

void requireSandboxes(const HostFeatures& features, const Config& config) {
  const std::string refusal = features.refusal(config);
  if (!refusal.empty()) throw std::runtime_error(refusal + "; see `brood doctor`");
}

void announceReady(const std::string& socketPath) {
  std::printf("ready %s\n", socketPath.c_str());
  std::fflush(stdout);
}

int serve(const Config& config, const HostFeatures& features) {
  ::signal(SIGPIPE, SIG_IGN);
  UvAsyncIo io;
  UvSignal terminate(io.port(), SIGTERM);
  UvSignal interrupt(io.port(), SIGINT);
  System system(io, config, features);
  auto stopAsked = terminate.next().exclusiveJoin(interrupt.next());

  system.proveIsolation()
      .exclusiveJoin(io.timer().afterDelay(30 * kj::SECONDS).then([]() {
        KJ_FAIL_REQUIRE("the slot builder was not ready within 30 s");
      }))
      .catch_([&system](kj::Exception&& why) {
        // What has been built by now is taken apart before the refusal.
        return system.shutDown().then(
            [why = kj::mv(why)]() mutable -> kj::Promise<void> { return kj::mv(why); });
      })
      .wait(io.waitScope());
  system.probeToolchains().wait(io.waitScope());
  system.listen().wait(io.waitScope());
  announceReady(system.instance().socketPath());

  stopAsked.wait(io.waitScope());
  spdlog::info("stopping: draining running jobs");
  system.shutDown().wait(io.waitScope());
  return 0;
}

}  // namespace
}  // namespace brood

int main(int argc, char** argv) {
  try {
    std::vector<std::string> flags(argv + 1, argv + argc);
    for (auto& flag : flags) {
      if (flag == "--help" || flag == "-h") {
        std::printf(
            "broodd [flags]: the supervisor of Brood. `brood serve` starts it for you.\n\n%s",
            brood::configHelp().c_str());
        return 0;
      }
      if (flag == "--version") {
        std::puts("broodd " BROOD_VERSION);
        return 0;
      }
    }
    std::vector<std::string> environment;
    for (char** entry = environ; *entry != nullptr; ++entry) environment.emplace_back(*entry);
    auto loaded = brood::loadConfig(flags, environment);
    brood::fillDefaultPaths(loaded.config.supervisor);
    brood::setUpLogging(loaded.config.supervisor.logLevel);
    brood::raiseDescriptorLimit(loaded.config.sandbox.maxSlots);
    const auto features = brood::HostFeatures::detect(loaded.config);
    brood::requireSandboxes(features, loaded.config);
    brood::enterTier(features.tier());
    brood::closeToOthers(loaded.config.layers);
    if (loaded.config.techniques.hugePages) brood::moveTextToHugePages();
    return brood::serve(loaded.config, features);
  } catch (const kj::Exception& exception) {
    std::fprintf(stderr, "broodd: refusing to start: %s\n", exception.getDescription().cStr());
  } catch (const std::exception& exception) {
    std::fprintf(stderr, "broodd: refusing to start: %s\n", exception.what());
  }
  return 1;
}
