// brood-recorder: writes down what the gateway tells, and tells others. Wiring only.

#include <capnp/rpc-twoparty.h>
#include <kj/debug.h>
#include <signal.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <system_error>

#include "base/own_process.h"
#include "base/plain_text.h"
#include "config/gateway_account.h"
#include "config/loader.h"
#include "config/log_format.h"
#include "config/secrets.h"
#include "recorder/confinement.h"
#include "recorder/recorder_server.h"
#include "rpc/loop/uv_io.h"

extern char** environ;

namespace brood::recorder {
namespace {

namespace fs = std::filesystem;

constexpr auto kLookInterval = 1 * kj::SECONDS;

std::string folderOf(const std::string& path) { return fs::path(path).parent_path().string(); }

// For the gateway, as the supervisor's own socket is.
kj::Own<kj::ConnectionReceiver> listen(UvAsyncIo& io, const Config& config) {
  const std::string path = config.supervisor.recorderSocketPath();
  ::unlink(path.c_str());
  auto receiver = io.provider()
                      .getNetwork()
                      .parseAddress(kj::str("unix:", path.c_str()))
                      .wait(io.waitScope())
                      ->listen();
  const auto group = ::geteuid() == 0 ? socketGroup(config) : std::nullopt;
  if (group) {
    KJ_SYSCALL(::chown(path.c_str(), static_cast<uid_t>(-1), *group), path.c_str());
  }
  KJ_SYSCALL(::chmod(path.c_str(), group ? 0660 : 0600), path.c_str());
  return receiver;
}

// The rotation of the audit log sends a signal to this process.
void writePid(const Config& config) {
  std::ofstream(config.supervisor.runtimeDir + "/recorder.pid") << ::getpid() << "\n";
}

// False where it cannot be had: then nothing is kept, which is no reason not to serve.
bool makeStateDir(const std::string& path, spdlog::logger& logger) {
  std::error_code problem;
  if (fs::create_directories(path, problem)) fs::permissions(path, fs::perms::owner_all, problem);
  if (!problem && ::access(path.c_str(), W_OK | X_OK) == 0) return true;
  logger.warn("access.state_dir: {} cannot be written: usage does not survive a restart", path);
  return false;
}

AuditSettings auditSettings(const AuditConfig& config) {
  AuditSettings settings;
  settings.path = config.path;
  settings.sync = config.fsync == "never"    ? AuditSync::never
                  : config.fsync == "always" ? AuditSync::always
                                             : AuditSync::interval;
  settings.onFailure = config.onFailure == "count" ? AuditOnFailure::count : AuditOnFailure::refuse;
  return settings;
}

SupabaseSinkSettings supabaseSettings(const Config& config, const Secrets& secrets) {
  SupabaseSinkSettings settings;
  settings.supabase = {config.supabase.url, secrets.supabaseKey, config.supabase.table,
                       config.supabase.bucket};
  settings.spoolFolder = config.access.stateDir + "/supabase";
  settings.spoolBytes = config.supabase.spoolBytes;
  settings.giveUpAfter = std::chrono::milliseconds(config.supabase.giveUpAfterMs);
  return settings;
}

OtlpSettings traceSettings(const Config& config, const Secrets& secrets) {
  OtlpSettings settings;
  settings.url = tracesUrl(config.traces.endpoint);
  settings.headers = secrets.traceHeaders;
  settings.instance = "brood-" + std::to_string(::getpid());
  return settings;
}

void requireUsable(const Config& config, const Secrets& secrets, bool hasState) {
  for (const auto& [key, url] : {std::pair{"traces.endpoint", config.traces.endpoint},
                                 std::pair{"supabase.url", config.supabase.url}}) {
    const std::string problem = url.empty() ? "" : urlProblem(url);
    if (!problem.empty()) throw ConfigError(std::string(key) + ": '" + url + "' " + problem);
  }
  if (config.supabase.url.empty()) return;
  if (secrets.supabaseKey.empty()) {
    throw ConfigError("supabase.url is set, and SUPABASE_SERVICE_KEY is not");
  }
  if (!hasState) throw ConfigError("supabase.url needs access.state_dir to keep unsent rows in");
}

// As gateway::planAccess() decides where there are keys.
KeyFeed::Paths fedPaths(const Config& config) {
  KeyFeed::Paths paths;
  const std::string keys = config.access.keysPath();
  const bool hasKeys = !config.access.keysFile.empty() || ::access(keys.c_str(), F_OK) == 0;
  if (hasKeys && config.access.mode != "open") paths.keys = keys;
  paths.certificate = config.gateway.tlsCert;
  paths.privateKey = config.gateway.tlsKey;
  paths.clientAuthorities = config.gateway.tlsClientCa;
  return paths;
}

OpenPaths openPaths(const Config& config) {
  OpenPaths paths;
  for (const auto& path : {config.access.keysPath(), config.gateway.tlsCert, config.gateway.tlsKey,
                           config.gateway.tlsClientCa}) {
    if (!path.empty()) paths.readable.push_back(folderOf(path));
  }
  paths.writable.push_back(config.access.stateDir);
  if (!config.audit.path.empty()) paths.writable.push_back(folderOf(config.audit.path));
  return paths;
}

// Does the work of each second, and reopens the audit log when it has been rotated.
class Rounds {
 public:
  Rounds(UvAsyncIo& io, AuditLog* audit, UsageKeeper& usage, KeyFeed& keys, spdlog::logger& logger)
      : timer_(io.timer()),
        audit_(audit),
        usage_(usage),
        keys_(keys),
        logger_(logger),
        hangUp_(io.port(), SIGHUP) {}

  kj::Promise<void> go() { return goRound().exclusiveJoin(reopenEachTime()); }

 private:
  kj::Promise<void> goRound() {
    return timer_.afterDelay(kLookInterval).then([this] {
      keys_.look();
      if (audit_ != nullptr) audit_->sync();
      usage_.save();
      return goRound();
    });
  }

  kj::Promise<void> reopenEachTime() {
    return hangUp_.next().then([this] {
      const std::string problem = audit_ == nullptr ? "" : audit_->reopen();
      if (!problem.empty()) logger_.error("audit: {}; the former file is used", problem);
      return reopenEachTime();
    });
  }

  kj::Timer& timer_;
  AuditLog* audit_;
  UsageKeeper& usage_;
  KeyFeed& keys_;
  spdlog::logger& logger_;
  UvSignal hangUp_;
};

int serve(const Config& config, const Secrets& secrets) {
  spdlog::logger logger("recorder", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  setUpLogger(logger, config.supervisor);
  ::signal(SIGPIPE, SIG_IGN);
  UvAsyncIo io;
  UvSignal terminate(io.port(), SIGTERM), interrupt(io.port(), SIGINT);
  const bool hasState = makeStateDir(config.access.stateDir, logger);
  requireUsable(config, secrets, hasState);
  std::optional<AuditLog> audit;
  if (!config.audit.path.empty()) audit.emplace(auditSettings(config.audit));
  auto receiver = listen(io, config);
  writePid(config);
  const auto confinement = confine(openPaths(config), recorderAccount(config));
  for (const auto& missing : confinement.missing) logger.warn("recorder: no {}", missing);

  UsageKeeper usage(config.access.stateDir + "/usage.json", logger);
  KeyFeed keys(fedPaths(config), logger);
  const auto say = [&logger](const std::string& text) { logger.warn("{}", text); };
  std::optional<SupabaseSink> supabase;
  if (!config.supabase.url.empty()) supabase.emplace(supabaseSettings(config, secrets), say);
  std::optional<OtlpExporter> traces;
  if (!config.traces.endpoint.empty()) traces.emplace(traceSettings(config, secrets), say);

  const Destinations destinations{audit ? &*audit : nullptr, supabase ? &*supabase : nullptr,
                                  traces ? &*traces : nullptr};
  capnp::TwoPartyServer server(kj::heap<RecorderServer>(destinations, usage, keys, logger));
  auto listening = server.listen(*receiver);
  Rounds rounds(io, destinations.audit, usage, keys, logger);
  std::cout << "recording " << config.supervisor.recorderSocketPath() << std::endl;

  auto stopped = terminate.next().exclusiveJoin(interrupt.next());
  stopped.exclusiveJoin(kj::mv(listening)).exclusiveJoin(rounds.go()).wait(io.waitScope());
  if (audit) audit->sync();
  usage.save();
  return 0;
}

int run(const std::vector<std::string>& flags) {
  if (flags.size() == 1 && (flags[0] == "--help" || flags[0] == "-h")) {
    std::cout << "brood-recorder: writes down what Brood decides. `brood serve` starts it.\n\n"
              << configHelp();
    return 0;
  }
  if (flags.size() == 1 && flags[0] == "--version") {
    std::cout << "brood-recorder " BROOD_VERSION "\n";
    return 0;
  }
  std::vector<std::string> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) environment.emplace_back(*entry);
  const Config config = loadConfig(flags, environment).config;
  const Secrets secrets = readSecrets(environment);
  forgetSecrets(environ);
  return serve(config, secrets);
}

}  // namespace
}  // namespace brood::recorder

int main(int argc, char** argv) {
  brood::startDaemonInOrder();
  try {
    return brood::recorder::run({argv + 1, argv + argc});
  } catch (const brood::ConfigError& error) {
    std::cerr << "brood-recorder: " << error.what() << "\n";
    return 2;
  } catch (const kj::Exception& error) {
    std::cerr << "brood-recorder: " << brood::plainText(error) << "\n";
    return 1;
  } catch (const std::exception& error) {
    std::cerr << "brood-recorder: " << error.what() << "\n";
    return 1;
  }
}
