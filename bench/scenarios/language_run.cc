#include "bench/scenarios/language_run.h"

#include <algorithm>
#include <memory>
#include <optional>

#include "bench/clients/job_series.h"
#include "bench/clients/rpc_job_client.h"
#include "bench/scenarios/throughput_run.h"
#include "bench/system/bench_system.h"
#include "bench/system/native_sample.h"

namespace brood::bench {
namespace {

constexpr kj::Duration kRestPatience = 10 * kj::SECONDS;
constexpr size_t kClients = 4;

std::string text(kj::ArrayPtr<const kj::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.begin()), bytes.size()};
}

struct Language {
  LanguageFigures figures;
  JobText sample;
};

// Jobs that name no profile get the one called "default", else the first.
std::string warmByOf(rpc::RuntimeInfo::Reader runtime) {
  std::string first;
  for (auto profile : runtime.getProfiles()) {
    if (first.empty() || profile.getName() == "default") first = profile.getWarmBy().cStr();
  }
  return first.empty() ? "exec" : first;
}

std::vector<Language> usableLanguages(UvAsyncIo& io, const std::string& socketPath) {
  cli::SupervisorClient client(io, socketPath);
  auto response = client.supervisor().statusRequest().send().wait(io.waitScope());
  std::vector<Language> languages;
  for (auto runtime : response.getStatus().getRuntimes()) {
    if (runtime.getWhyUnavailable().size() > 0 || !runtime.hasSample()) continue;
    Language language;
    language.figures.name = runtime.getLanguage().cStr();
    language.figures.version = runtime.getVersion().cStr();
    language.figures.warmBy = warmByOf(runtime);
    language.sample = {text(runtime.getSample().getCode()), text(runtime.getSample().getStdout()),
                       language.figures.name};
    languages.push_back(std::move(language));
  }
  return languages;
}

// One language's turns: native, hot and cold in between each other.
class LanguageTurns {
 public:
  LanguageTurns(UvAsyncIo& io, PoolWatch& pools, const LanguagePlan& plan, Language& language,
                const NativeSample* native)
      : io_(io), pools_(pools), plan_(plan), language_(language), native_(native) {}

  void run() {
    auto& figures = language_.figures;
    // The first job compiles, and fetches files that nobody has used for long.
    client(rpc::StartPolicy::BEST)->run(language_.sample).wait(io_.waitScope());
    JobSeries hot(figures.hot, client(rpc::StartPolicy::BEST), language_.sample,
                  rpc::StartKind::HOT);
    JobSeries cold(figures.cold, client(rpc::StartPolicy::COLD), language_.sample,
                   rpc::StartKind::COLD);
    for (size_t turn = 0; turn < plan_.runs; ++turn) {
      pools_.waitAtRest(kRestPatience);
      hot.measure(io_.waitScope());
      if (turn % 2 == 1) continue;
      pools_.waitAtRest(kRestPatience);
      cold.measure(io_.waitScope());
      pools_.waitAtRest(kRestPatience);
      if (native_ != nullptr) native_->measure(figures.native);
    }
  }

 private:
  kj::Own<JobClient> client(rpc::StartPolicy policy) {
    return kj::heap<RpcJobClient>(io_, plan_.socketPath, policy);
  }

  UvAsyncIo& io_;
  PoolWatch& pools_;
  const LanguagePlan& plan_;
  Language& language_;
  const NativeSample* native_;
};

}  // namespace

std::vector<LanguageFigures> measureLanguages(UvAsyncIo& io, const Interrupt& interrupt,
                                              PoolWatch& pools, const LanguagePlan& plan,
                                              Progress& progress) {
  const auto manifests = installedManifests(configOfRunningSystem().supervisor);
  std::vector<LanguageFigures> all;
  for (auto& language : usableLanguages(io, plan.socketPath)) {
    const std::string name = language.figures.name;
    progress.show("language " + name);
    TemporaryDirectory folder;
    std::optional<NativeSample> native;
    auto found = std::find_if(manifests.begin(), manifests.end(), [&](const auto& manifest) {
      return manifest.name == name && manifest.sample;
    });
    if (found != manifests.end()) native.emplace(*found, folder.path());
    LanguageTurns(io, pools, plan, language, native ? &*native : nullptr).run();
    if (plan.seconds > 0) {
      pools.waitAtRest(kRestPatience);
      ThroughputStep step{"RPC",
                          kClients,
                          plan.seconds,
                          [&]() -> kj::Own<JobClient> {
                            return kj::heap<RpcJobClient>(io, plan.socketPath,
                                                          rpc::StartPolicy::BEST);
                          },
                          0,
                          JobMaker(language.sample)};
      language.figures.load = measureThroughput(io, interrupt, step, progress);
    }
    all.push_back(std::move(language.figures));
  }
  return all;
}

}  // namespace brood::bench
