#include "gateway/front_desk.h"

#include "base/durable_file.h"
#include "config/loader.h"
#include "gateway/access/key_changes.h"
#include "gateway/access/key_store.h"

namespace brood::gateway {
namespace {

constexpr size_t kMaxPemBytes = 1u << 20;

// Empty for a file that is not named.
std::string pemIn(const char* setting, const std::string& path) {
  if (path.empty()) return "";
  auto file = readSmallFile(path, kMaxPemBytes);
  if (const auto* problem = std::get_if<FileProblem>(&file)) {
    throw ConfigError(std::string(setting) + ": " + problem->text);
  }
  return std::move(std::get<FileText>(file).text);
}

}  // namespace

FrontDesk::FrontDesk(const Config& config, const AccessPlan& plan)
    : config_(config),
      plan_(plan),
      authenticator_({plan.asksForKeys(), config.access.metrics == "open"}, clock_),
      usage_(nullptr, clock_) {
  if (!plan_.asksForKeys()) return;
  gate_.emplace(clock_);
  usage_ = UsageRoute(&*gate_, clock_);
  KeyFile file;
  if (plan_.hasKeyFile) {
    auto read = readKeyFile(config.access.keysPath());
    if (const auto* problem = std::get_if<std::string>(&read)) {
      throw ConfigError("access.keys_file: " + *problem);
    }
    file = std::move(std::get<KeyFile>(read));
  }
  takeFile(std::move(file));
}

void FrontDesk::loadCertificate(kj::Timer& timer, kj::Duration handshakeTime) {
  if (!config_.gateway.speaksTls()) return;
  const std::string chain = pemIn("gateway.tls_cert", config_.gateway.tlsCert);
  const std::string key = pemIn("gateway.tls_key", config_.gateway.tlsKey);
  const std::string authorities = pemIn("gateway.tls_client_ca", config_.gateway.tlsClientCa);
  tls_.emplace(timer, handshakeTime);
  const std::string problem = tls_->load(chain, key, authorities);
  if (!problem.empty()) throw ConfigError("gateway.tls_cert, tls_key, tls_client_ca: " + problem);
}

RecorderSettings FrontDesk::recorderSettings() const {
  RecorderSettings settings;
  settings.socketPath = config_.supervisor.recorderSocketPath();
  const bool isAudited = !config_.audit.path.empty();
  settings.wantsEvents = isAudited || !config_.supabase.url.empty();
  settings.wantsSpans = !config_.traces.endpoint.empty();
  settings.wantsFiles = !config_.supabase.bucket.empty() && !config_.supabase.url.empty();
  settings.refusesWithout = isAudited && config_.audit.onFailure == "refuse";
  settings.writesAhead = isAudited && config_.audit.fsync == "always";
  return settings;
}

void FrontDesk::connect(kj::Network& network, kj::Timer& timer, spdlog::logger& logger) {
  if (needsRecorder(config_, plan_)) {
    RecorderLink::Callbacks callbacks{
        [this](std::string_view text) { takeKeys(text); },
        [this, &logger](const std::string& chain, const std::string& key,
                        const std::string& authorities) {
          const std::string problem = tls_ ? tls_->load(chain, key, authorities) : "";
          if (problem.empty()) {
            logger.info("a new certificate is used");
          } else {
            logger.error("gateway.tls_cert: {}; the former is used", problem);
          }
        },
        [this](std::string_view text) {
          auto usage = parseUsage(text);
          if (gate_ && std::holds_alternative<UsageBook>(usage)) {
            gate_->book().raiseTo(std::get<UsageBook>(usage));
          }
        },
        [this] { return newUsage(); }};
    recorder_.emplace(network, timer, recorderSettings(), std::move(callbacks), logger);
  }
  auto* recorder = recorder_ ? &*recorder_ : nullptr;
  if (gate_ || recorder != nullptr) {
    guard_.emplace(authenticator_, recorder, clock_);
    const JobDesk::Parts parts{gate_ ? &*gate_ : nullptr, recorder, clock_};
    jobs_.emplace(parts, config_);
    sessions_.emplace(parts, config_);
  }
}

// The recorder has found it good.
void FrontDesk::takeKeys(std::string_view text) {
  auto parsed = parseKeyFile(text);
  if (gate_ && std::holds_alternative<KeyFile>(parsed)) {
    const auto before = ring_;
    takeFile(std::move(std::get<KeyFile>(parsed)));
    noteChanges(before->file(), ring_->file());
  }
}

void FrontDesk::takeFile(KeyFile file) {
  gate_->setLimits(file);
  ring_ = std::make_shared<const KeyRing>(std::move(file), plan_.oneKey);
  authenticator_.setRing(ring_);
}

void FrontDesk::noteChanges(const KeyFile& before, const KeyFile& after) {
  if (!recorder_ || !recorder_->settings().wantsEvents) return;
  for (auto& change : keyChanges(before, after)) {
    AuditEvent event;
    event.time = clock_.wallMillis();
    event.kind = "key";
    event.verdict = change.what;
    event.tenant = std::move(change.tenant);
    event.keyId = std::move(change.id);
    recorder_->note(std::move(event));
  }
}

std::string FrontDesk::newUsage() {
  if (!gate_ || gate_->bookVersion() == toldVersion_) return "";
  toldVersion_ = gate_->bookVersion();
  return usageText(gate_->recentUsage());
}

kj::Promise<std::string> FrontDesk::metrics() {
  std::string own = guard_ ? guard_->metrics() : "";
  if (!recorder_) return own;
  KJ_IF_MAYBE (recorder, recorder_->recorder()) {
    return recorder->metricsRequest().send().then(
        [own](auto&& response) { return own + response.getText().cStr(); },
        [own](kj::Exception&&) { return own; });
  }
  return own;
}

kj::Promise<void> FrontDesk::whenKept() {
  if (!recorder_) return kj::READY_NOW;
  return recorder_->whenKept();
}

}  // namespace brood::gateway
