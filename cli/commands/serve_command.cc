#include "cli/serve_command.h"

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

#include "cli/cli_error.h"
#include "cli/serve_screen.h"
#include "cli/service.h"
#include "cli/status_command.h"
#include "cli/supervisor_client.h"
#include "rpc/owned_fd.h"

namespace brood {
namespace {

constexpr auto kFirstRestartDelay = 100 * kj::MILLISECONDS;
constexpr auto kLongestRestartDelay = 5 * kj::SECONDS;
constexpr auto kGatewayPatience = 5 * kj::SECONDS;
constexpr auto kReadyPollInterval = 50 * kj::MILLISECONDS;

void say(const std::string& text) {
  std::fputs(text.c_str(), stdout);
  std::fflush(stdout);
}

// The parent's whole life: start() both, keep the gateway up, stop both in order.
class Serve {
 public:
  Serve(UvAsyncIo& io, const LoadedConfig& loaded, std::string binDir,
        std::vector<std::string> flags)
      : timer_(io.timer()),
        io_(io),
        config_(loaded.config),
        binDir_(std::move(binDir)),
        flags_(std::move(flags)),
        terminate_(io.port(), SIGTERM),
        interrupt_(io.port(), SIGINT) {}

  int run() {
    supervisor_.emplace(io_, commandLine("broodd"), "ready");
    // The first to happen decides; what loses is cancelled.
    auto stopped = stopSignal().then([] { return Ending::stopAsked; });
    auto died = supervisor_->onExit().then([](ChildExit exit) {
      std::fprintf(stderr, "brood: the supervisor %s\n", exit.text().c_str());
      return Ending::supervisorDied;
    });
    auto working = start().then([this] { return keepGatewayUp(); });
    Ending ending =
        working.exclusiveJoin(kj::mv(died)).exclusiveJoin(kj::mv(stopped)).wait(io_.waitScope());
    watching_ = nullptr;
    return stopAll(ending);
  }

 private:
  enum class Ending { stopAsked, supervisorDied, gatewayFailed };

  std::vector<std::string> commandLine(const char* program) const {
    std::vector<std::string> argv{binDir_ + "/" + program};
    argv.insert(argv.end(), flags_.begin(), flags_.end());
    return argv;
  }

  kj::Promise<void> stopSignal() { return terminate_.next().exclusiveJoin(interrupt_.next()); }

  // The supervisor first: the gateway has nobody to ask before. Its death ends run() by itself.
  kj::Promise<void> start() {
    return supervisor_->up().then([](kj::Maybe<std::string>&& socketPath) -> kj::Promise<void> {
      if (socketPath == nullptr) return kj::NEVER_DONE;
      return kj::READY_NOW;
    });
  }

  kj::Promise<Ending> keepGatewayUp() {
    startedAt_ = timer_.now();
    gateway_.emplace(io_, gatewayCommandLine(), "listening");
    return gateway_->up().then([this](kj::Maybe<std::string>&& address) {
      KJ_IF_MAYBE (text, address) {
        noteListening(*text);
      }
      return gateway_->onExit().then([this](ChildExit exit) { return afterGatewayExit(exit); });
    });
  }

  // A gateway that is restarted takes the port its clients know, also where any was allowed.
  std::vector<std::string> gatewayCommandLine() const {
    auto argv = commandLine("brood-gateway");
    if (!address_.empty()) {
      argv.insert(argv.end(), {"--gateway-port", address_.substr(address_.rfind(':') + 1)});
    }
    return argv;
  }

  void noteListening(const std::string& address) {
    bool isFirst = address_.empty();
    address_ = address;
    if (isFirst)
      watching_ = showScreen().eagerlyEvaluate([](kj::Exception&& error) {
        std::fprintf(stderr, "brood: no status: %s\n", error.getDescription().cStr());
      });
  }

  kj::Promise<Ending> afterGatewayExit(ChildExit exit) {
    std::fprintf(stderr, "brood: the gateway %s\n", exit.text().c_str());
    // One that never listened would not do so the next time: a wrong address, a port in use.
    if (address_.empty()) return Ending::gatewayFailed;
    bool livedLong = timer_.now() - startedAt_ > 2 * kLongestRestartDelay;
    restartDelay_ = livedLong ? kFirstRestartDelay : restartDelay_;
    auto delay = restartDelay_;
    restartDelay_ = std::min<kj::Duration>(2 * restartDelay_, kLongestRestartDelay);
    return timer_.afterDelay(delay).then([this] { return keepGatewayUp(); });
  }

  kj::Promise<void> showScreen() {
    client_.emplace(io_, config_.supervisor.socketPath());
    return client_->supervisor().statusRequest().send().then([this](auto&& response) {
      say(firstScreen(address_, response.getStatus()));
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

  // The supervisor drains while the gateway still delivers the answers; a second signal means now.
  int stopAll(Ending ending) {
    int exitCode = ending == Ending::stopAsked ? 0 : 1;
    if (ending != Ending::supervisorDied) {
      auto patience = config_.supervisor.drainTimeoutMs * kj::MILLISECONDS + 10 * kj::SECONDS;
      auto impatient = stopSignal().then([this] {
        supervisor_->signal(SIGKILL);
        return supervisor_->onExit();
      });
      auto exit = supervisor_->stop(timer_, patience)
                      .exclusiveJoin(kj::mv(impatient))
                      .wait(io_.waitScope());
      if (exit.signalled || exit.value != 0) {
        std::fprintf(stderr, "brood: the supervisor %s\n", exit.text().c_str());
        exitCode = 1;
      }
    }
    if (gateway_) gateway_->stop(timer_, kGatewayPatience).wait(io_.waitScope());
    return exitCode;
  }

  kj::Timer& timer_;
  UvAsyncIo& io_;
  const Config& config_;
  std::string binDir_;
  std::vector<std::string> flags_;
  UvSignal terminate_;
  UvSignal interrupt_;

  std::optional<Service> supervisor_;
  std::optional<Service> gateway_;
  std::string address_;  // Of the gateway, once it has listened.
  kj::TimePoint startedAt_ = kj::origin<kj::TimePoint>();
  kj::Duration restartDelay_ = kFirstRestartDelay;
  std::optional<SupervisorClient> client_;
  kj::Promise<void> watching_ = kj::READY_NOW;
};

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
  for (const char* program : {"/broodd", "/brood-gateway"}) {
    if (::access((binDir + program).c_str(), X_OK) < 0) {
      throw CliError("cannot execute " + binDir + program);
    }
  }
  requirePidfds();
  ::signal(SIGPIPE, SIG_IGN);
  if (loaded.config.layers.isOn(Layer::dumpable)) ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  UvAsyncIo io;
  return Serve(io, loaded, binDir, flags).run();
}

}  // namespace brood
