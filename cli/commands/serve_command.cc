#include "cli/commands/serve_command.h"

#include <kj/debug.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <optional>

#include "base/own_process.h"
#include "base/owned_fd.h"
#include "base/plain_text.h"
#include "cli/client/status_text.h"
#include "cli/client/supervisor_client.h"
#include "cli/doctor/serving_checks.h"
#include "cli/service/kept_service.h"
#include "cli/service/serve_plan.h"
#include "cli/service/serve_screen.h"
#include "cli/service/service.h"
#include "cli/terminal/cli_error.h"
#include "rpc/loop/stop_signals.h"

namespace brood::cli {
namespace {

constexpr auto kPatience = 5 * kj::SECONDS;
constexpr auto kReadyPollInterval = 50 * kj::MILLISECONDS;

void say(const std::string& text) {
  std::fputs(text.c_str(), stdout);
  std::fflush(stdout);
}

// The parent's whole life: start all, keep gateway and recorder up, stop all in order.
class Serve {
 public:
  Serve(UvAsyncIo& io, const LoadedConfig& loaded, ServePlan plan, std::string binDir,
        std::vector<std::string> flags)
      : timer_(io.timer()),
        io_(io),
        config_(loaded.config),
        plan_(std::move(plan)),
        binDir_(std::move(binDir)),
        flags_(std::move(flags)),
        stopSignals_(io.port()),
        gateway_(io, gatewayRecipe()) {
    if (plan_.needsRecorder) recorder_.emplace(io, recorderRecipe());
  }

  int run() {
    supervisor_.emplace(io_, commandLine("broodd"), "ready", plan_.supervisorEnvironment);
    // The first to happen decides; what loses is cancelled.
    auto stopped = stopSignals_.next().then([] { return Ending::stopAsked; });
    auto died = supervisor_->onExit().then([](ChildExit exit) {
      std::fprintf(stderr, "brood: the supervisor %s\n", exit.text().c_str());
      return Ending::supervisorDied;
    });
    auto working = start().then([] { return Ending::partFailed; });
    Ending ending =
        working.exclusiveJoin(kj::mv(died)).exclusiveJoin(kj::mv(stopped)).wait(io_.waitScope());
    watching_ = nullptr;
    return stopAll(ending);
  }

 private:
  enum class Ending { stopAsked, supervisorDied, partFailed };

  std::vector<std::string> commandLine(const char* program) const {
    std::vector<std::string> argv{binDir_ + "/" + program};
    argv.insert(argv.end(), flags_.begin(), flags_.end());
    return argv;
  }

  // The supervisor first: the others have nothing to work with before, and its directory is where
  // the recorder's socket goes. Then the recorder, so that the gateway's first job is written down.
  // Resolves if one of the others cannot be started.
  kj::Promise<void> start() {
    return supervisor_->up().then([this](kj::Maybe<std::string>&& socketPath) -> kj::Promise<void> {
      // Its death ends run() by itself.
      if (socketPath == nullptr) return kj::NEVER_DONE;
      if (!recorder_) return gateway_.keepUp();
      auto serving = recorder_->whenUp().then([this] { return gateway_.keepUp(); });
      return recorder_->keepUp().exclusiveJoin(kj::mv(serving));
    });
  }

  KeptService::Recipe gatewayRecipe() {
    return {"the gateway", "listening", plan_.gatewayEnvironment,
            [this] { return gatewayCommandLine(); },
            [this](const std::string& address) { noteListening(address); }};
  }

  KeptService::Recipe recorderRecipe() {
    return {"the recorder", "recording", plan_.recorderEnvironment,
            [this] { return commandLine("brood-recorder"); }, [](const std::string&) {}};
  }

  // A gateway that is restarted takes the port its clients know, also where any was allowed. It
  // ends without a delay of its own: see retireGateway().
  std::vector<std::string> gatewayCommandLine() const {
    auto argv = commandLine("brood-gateway");
    argv.insert(argv.end(), {"--gateway-drain-delay-ms", "0"});
    if (!address_.empty()) {
      argv.insert(argv.end(), {"--gateway-port", address_.substr(address_.rfind(':') + 1)});
    }
    return argv;
  }

  void noteListening(const std::string& address) {
    const bool isFirst = address_.empty();
    address_ = address;
    if (isFirst) {
      watching_ = showScreen().eagerlyEvaluate([](kj::Exception&& error) {
        std::fprintf(stderr, "brood: no status: %s\n", plainText(error).c_str());
      });
    }
  }

  kj::Promise<void> showScreen() {
    client_.emplace(io_, config_.supervisor.socketPath());
    return client_->supervisor().statusRequest().send().then([this](auto&& response) {
      say(firstScreen({address_, config_.gateway.speaksTls(), plan_.asksForKeys, plan_.madeKey},
                      response.getStatus()));
      return waitUntilReady();
    });
  }

  kj::Promise<void> waitUntilReady() {
    return client_->supervisor().statusRequest().send().then(
        [this](auto&& response) -> kj::Promise<void> {
          auto status = response.getStatus();
          if (!status.getReady()) {
            return timer_.afterDelay(kReadyPollInterval).then([this] { return waitUntilReady(); });
          }
          say("ready after " + std::to_string(status.getUptimeMs()) + " ms:\n" + poolsText(status));
          client_.reset();
          return kj::READY_NOW;
        });
  }

  // Resolves once load balancers have had time to notice that it is not ready. Jobs still come.
  kj::Promise<void> retireGateway() {
    gateway_.signal(SIGUSR1);
    return timer_.afterDelay(config_.gateway.drainDelayMs * kj::MILLISECONDS)
        .exclusiveJoin(supervisor_->onExit().ignoreResult());
  }

  // The supervisor drains while the gateway still delivers the answers, and the recorder what has
  // become of them; a second signal means now.
  int stopAll(Ending ending) {
    int exitCode = ending == Ending::stopAsked ? 0 : 1;
    if (ending != Ending::supervisorDied) {
      auto patience = config_.supervisor.drainTimeoutMs * kj::MILLISECONDS + 10 * kj::SECONDS;
      auto impatient = stopSignals_.next().then([this] {
        supervisor_->signal(SIGKILL);
        return supervisor_->onExit();
      });
      auto exit = retireGateway()
                      .then([this, patience] { return supervisor_->stop(timer_, patience); })
                      .exclusiveJoin(kj::mv(impatient))
                      .wait(io_.waitScope());
      if (exit.signalled || exit.value != 0) {
        std::fprintf(stderr, "brood: the supervisor %s\n", exit.text().c_str());
        exitCode = 1;
      }
    }
    gateway_.stop(kPatience).wait(io_.waitScope());
    if (recorder_) recorder_->stop(kPatience).wait(io_.waitScope());
    return exitCode;
  }

  kj::Timer& timer_;
  UvAsyncIo& io_;
  const Config& config_;
  const ServePlan plan_;
  std::string binDir_;
  std::vector<std::string> flags_;
  StopSignals stopSignals_;

  std::optional<Service> supervisor_;
  std::optional<KeptService> recorder_;
  KeptService gateway_;
  std::string address_;  // The gateway's, once it has listened.
  std::optional<SupervisorClient> client_;
  kj::Promise<void> watching_ = kj::READY_NOW;
};

std::vector<std::string> ownEnvironment() {
  std::vector<std::string> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) environment.emplace_back(*entry);
  return environment;
}

// Every process of ours is signalled and waited for through one.
void requirePidfds() {
  const OwnedFd own(static_cast<int>(::syscall(SYS_pidfd_open, ::getpid(), 0)));
  if (own.get() >= 0) return;
  throw CliError(std::string("refusing to start: pidfd_open: ") + ::strerror(errno) +
                 "; fix: use Linux 5.10 or later, or a gVisor that has it; see `brood doctor`");
}

}  // namespace

int serveCommand(const LoadedConfig& loaded, const std::string& binDir,
                 const std::vector<std::string>& flags) {
  startDaemonInOrder();
  const ServePlan plan = planServing(loaded.config, ownEnvironment());
  for (const char* program : {"/broodd", "/brood-gateway", "/brood-recorder"}) {
    if (::access((binDir + program).c_str(), X_OK) < 0) {
      throw CliError("cannot execute " + binDir + program);
    }
  }
  requirePidfds();
  // Before half a minute of warming up, and in words.
  const std::string problem = whyNotServing(checkServing(loaded.config));
  if (!problem.empty()) throw CliError("refusing to start: " + problem);
  ::signal(SIGPIPE, SIG_IGN);
  if (loaded.config.layers.isOn(Layer::dumpable)) ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  UvAsyncIo io;
  return Serve(io, loaded, plan, binDir, flags).run();
}

}  // namespace brood::cli
