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

#include "base/huge_text.h"
#include "base/own_process.h"
#include "base/plain_text.h"
#include "base/start_error.h"
#include "config/gateway_account.h"
#include "config/loader.h"
#include "config/log_format.h"
#include "host/features.h"
#include "host/outer_namespace.h"
#include "rpc/loop/stop_signals.h"
#include "rpc/loop/uv_io.h"
#include "supervisor/system.h"

extern char** environ;

namespace brood::supervisor {
namespace {

// Where the build tree and an installation alike keep what belongs to this binary.
void fillDefaultPaths(SupervisorConfig& config) {
  const auto prefix = std::filesystem::read_symlink("/proc/self/exe").parent_path().parent_path();
  if (config.libexecDir.empty()) config.libexecDir = (prefix / "libexec").string();
  if (config.runtimesDir.empty()) config.runtimesDir = (prefix / "share/brood/runtimes").string();
}

// The soft limit is meant for interactive programs, and the hard one may be too low as well.
void raiseDescriptorLimit(uint32_t maxSlots) {
  // A parked sandbox has 16 descriptors under version 1 of cgroups, and four more while it is made.
  constexpr rlim_t kOfSandbox = 20, kBesides = 256;
  constexpr rlim_t kLeast = 200;  // For one sandbox, a few languages and a few jobs.
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) < 0) return;
  const rlim_t wanted = maxSlots * kOfSandbox + kBesides;
  const rlimit more{std::max(wanted, limit.rlim_max), std::max(wanted, limit.rlim_max)};
  // Without CAP_SYS_RESOURCE the hard limit is the most we can get.
  if (::setrlimit(RLIMIT_NOFILE, &more) == 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_max < kLeast) {
    throw StartError("this process may have " + std::to_string(limit.rlim_max) +
                     " descriptors, and needs " + std::to_string(kLeast) + " at the least, " +
                     std::to_string(wanted) + " for sandbox.max_slots = " +
                     std::to_string(maxSlots) + "; fix: raise ulimit -Hn (LimitNOFILE=)");
  }
  spdlog::warn(
      "sandbox.max_slots = {} takes {} descriptors, and this process may have {}: there may "
      "be no more than {} sandboxes (ulimit -Hn, LimitNOFILE=)",
      maxSlots, wanted, limit.rlim_max,
      limit.rlim_max < kBesides ? 0 : (limit.rlim_max - kBesides) / kOfSandbox);
}

void setUpLogging(const SupervisorConfig& config) {
  auto logger = spdlog::stderr_color_mt("broodd");
  setUpLogger(*logger, config);
  spdlog::set_default_logger(logger);
}

// Its memory and its descriptors reach into every sandbox.
void closeToOthers(const LayerPolicy& layers) {
  if (!layers.isOn(Layer::dumpable)) return;
  KJ_SYSCALL(::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0));
}

// All that is started from here on has its capabilities inside that namespace.
void enterTier(const HostFeatures& features, const Config& config) {
  if (features.tier() != Tier::user) return;
  if (features.byRoot) openDirectoryToGroup(config.supervisor, socketGroup(config));
  const ProbeStep entered = enterOuterNamespace();
  KJ_REQUIRE(entered.errnoValue == 0, "cannot enter a user namespace", entered.name,
             strerror(entered.errnoValue));
}

void requireSandboxes(const HostFeatures& features, const Config& config) {
  const std::string refusal = features.refusal(config);
  if (!refusal.empty()) throw StartError(refusal + "; see `brood doctor`");
}

void announceReady(const std::string& socketPath) {
  std::printf("ready %s\n", socketPath.c_str());
  std::fflush(stdout);
}

// Reads all sources again, of which only the file can have changed.
ReadEgress egressReader(std::vector<std::string> flags, std::vector<std::string> environment) {
  return [flags = std::move(flags),
          environment = std::move(environment)]() -> std::variant<EgressConfig, std::string> {
    try {
      return loadConfig(flags, environment).config.egress;
    } catch (const StartError& error) {
      return std::string(error.what());
    }
  };
}

int serve(const Config& config, const HostFeatures& features, ReadEgress readEgress) {
  ::signal(SIGPIPE, SIG_IGN);
  UvAsyncIo io;
  StopSignals stopSignals(io.port());
  System system(io, config, features, std::move(readEgress));
  auto stopAsked = stopSignals.next();

  system.proveIsolation()
      .exclusiveJoin(io.timer().afterDelay(30 * kj::SECONDS).then([]() {
        KJ_FAIL_REQUIRE("the slot builder was not ready within 30 s");
      }))
      .catch_([&system](kj::Exception&& why) {
        // The parts that have been built by now are taken apart before the refusal.
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
}  // namespace brood::supervisor

int main(int argc, char** argv) {
  brood::startDaemonInOrder();
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
    brood::supervisor::fillDefaultPaths(loaded.config.supervisor);
    brood::supervisor::setUpLogging(loaded.config.supervisor);
    brood::supervisor::raiseDescriptorLimit(loaded.config.sandbox.maxSlots);
    const auto features = brood::HostFeatures::detect(loaded.config);
    brood::supervisor::requireSandboxes(features, loaded.config);
    brood::supervisor::enterTier(features, loaded.config);
    brood::supervisor::closeToOthers(loaded.config.layers);
    if (loaded.config.techniques.hugePages) brood::moveTextToHugePages();
    return brood::supervisor::serve(loaded.config, features,
                                    brood::supervisor::egressReader(flags, environment));
  } catch (const brood::StartError& error) {
    std::fprintf(stderr, "broodd: refusing to start: %s\n", error.what());
  } catch (const kj::Exception& exception) {
    std::fprintf(stderr, "broodd: refusing to start: %s\n", brood::plainText(exception).c_str());
  } catch (const std::exception& exception) {
    std::fprintf(stderr, "broodd: refusing to start: %s\n", exception.what());
  }
  return 1;
}
