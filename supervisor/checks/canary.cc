#include "supervisor/checks/canary.h"

#include <kj/debug.h>

#include <fstream>
#include <iterator>

#include "base/text.h"
#include "rpc/calls/result_names.h"
#include "supervisor/checks/egress_targets.h"
#include "supervisor/isolation/canary_witness.h"

namespace brood::supervisor {
namespace {

constexpr uint64_t kKiB = 1024;
constexpr uint64_t kMiB = 1024 * kKiB;
constexpr uint64_t kWallTimeMs = 50;
constexpr uint64_t kCpuTimeMs = 20;
constexpr uint64_t kMemoryBytes = 32 * kMiB;
constexpr uint64_t kOutputBytes = 64 * kKiB;
constexpr uint64_t kProcesses = 8;
constexpr uint64_t kOpenFiles = 32;
constexpr uint64_t kSpareBytes = 512 * kKiB;  // Beyond the guest's own file.
constexpr uint64_t kInodes = 64;
// A tenth of a core for 60 ms: a job that spins gets 6 ms, and 60 without a bandwidth limit.
constexpr uint32_t kBandwidthMillicores = 100;
constexpr uint64_t kBandwidthWallMs = 60;

// The host ids behind a sandbox's, by the kernel's account: user_namespaces(7). Empty once its init
// has gone.
std::string idMapOf(FinishedJob& job) {
  const pid_t init = KJ_ASSERT_NONNULL(job.worker()).sandbox().init().pid();
  std::ifstream file("/proc/" + std::to_string(init) + "/uid_map");
  return {std::istreambuf_iterator<char>(file), {}};
}

struct Overrun {
  const char* name;
  const char* what;
  LayerSet stoppedBy;
  uint64_t JobLimits::*limit;
  uint64_t value;
  rpc::JobStatus status;
  bool endsItself = false;    // Its sandbox still stands afterwards.
  bool onlyMeasured = false;  // Where no file system of its own holds it to the limit.
};

constexpr Overrun kOverruns[] = {
    {"wall_time", "run longer than its wall time", LayerSet(), &JobLimits::wallTimeMs, kWallTimeMs,
     rpc::JobStatus::TIMEOUT},
    {"cpu_time", "use more than its CPU time", LayerSet(), &JobLimits::cpuTimeMs, kCpuTimeMs,
     rpc::JobStatus::CPU_LIMIT},
    {"output", "write more than its output limit", LayerSet(), &JobLimits::outputBytes,
     kOutputBytes, rpc::JobStatus::OUTPUT_LIMIT},
    {"memory", "use more than its memory", layerSetOf({Layer::cgroupMemory}),
     &JobLimits::memoryBytes, kMemoryBytes, rpc::JobStatus::MEMORY_LIMIT},
    {"processes", "have more processes than allowed", layerSetOf({Layer::cgroupPids}),
     &JobLimits::processes, kProcesses, rpc::JobStatus::PROCESS_LIMIT, true},
    {"cpu_bandwidth", "use more of a CPU than its share", layerSetOf({Layer::cgroupCpu}),
     &JobLimits::wallTimeMs, kBandwidthWallMs, rpc::JobStatus::TIMEOUT},
    {"workspace_bytes", "keep more than its workspace may hold", LayerSet(),
     &JobLimits::workspaceBytes, 0, rpc::JobStatus::KILLED, false, true},
    {"workspace_inodes", "keep more files than its workspace may hold", LayerSet(),
     &JobLimits::workspaceInodes, kInodes, rpc::JobStatus::KILLED, false, true},
};

std::string readGuest(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  KJ_REQUIRE(file.good(), "cannot read the canary", path.c_str());
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

struct Canary::Trial {
  explicit Trial(const Config& config)
      : guest(readGuest(config.supervisor.libexecDir + "/brood-canary")),
        witness(config.supervisor.runtimeDir, config.sandbox.readOnlyPaths) {}

  const std::string guest;
  const CanaryWitness witness;
  CanaryReport report;
  std::string firstIdMap;
};

Canary::Canary(OwnJobs& jobs, bool measuresWorkspace, const EgressAccess& access,
               const Config& config)
    : jobs_(jobs), access_(access), config_(config), measuresWorkspace_(measuresWorkspace) {}

kj::Promise<CanaryReport> Canary::run(LayerSet claimed) {
  auto trial = kj::heap<Trial>(config_);
  auto& borrowed = *trial;
  borrowed.report.claimed = claimed;
  return runActs(borrowed)
      .then([this, &borrowed]() { return runOverruns(borrowed, 0); })
      .then([this, &borrowed]() { return runEgress(borrowed); })
      .then([&borrowed]() { return kj::mv(borrowed.report); })
      .attach(kj::mv(trial));
}

kj::Promise<void> Canary::runActs(Trial& trial) {
  const JobLimits limits = baseLimits(trial.guest.size());
  auto args = trial.witness.arguments();
  args.insert(args.begin(), "acts");
  // A job that is ended for it cannot tell what it could do next: there it is an overrun.
  args.push_back("workspace_bytes=" +
                 std::to_string(measuresWorkspace_ ? 0 : limits.workspaceBytes));
  args.push_back("workspace_inodes=" +
                 std::to_string(measuresWorkspace_ ? 0 : limits.workspaceInodes));
  // A process that makes a sandbox without capabilities can neither empty bounds nor lock
  // securebits.
  args.push_back("made_without_capabilities=" + std::to_string(measuresWorkspace_ ? 1 : 0));
  args.push_back("open_files=" + std::to_string(limits.openFiles));
  args.push_back("file_bytes=" + std::to_string(limits.fileBytes));
  return runGuest(trial, std::move(args), limits, config_.sandbox.cpuMillicores)
      .then([&trial](FinishedJob job) {
        const auto& output = KJ_ASSERT_NONNULL(job->run)->stdoutCollector();
        KJ_REQUIRE(job->verdict.status == rpc::JobStatus::OK, "the canary did not finish",
                   statusName(job->verdict.status), job->verdict.message.c_str());
        trial.report.checks = readCanaryActs(textOf(output.collected()));
        trial.firstIdMap = idMapOf(job);
      });
}

kj::Promise<void> Canary::runOverruns(Trial& trial, size_t next) {
  if (next == std::size(kOverruns)) return kj::READY_NOW;
  const Overrun& overrun = kOverruns[next];
  if (overrun.onlyMeasured && !measuresWorkspace_) return runOverruns(trial, next + 1);
  JobLimits limits = baseLimits(trial.guest.size());
  if (overrun.value > 0) limits.*overrun.limit = overrun.value;
  const bool isBandwidth = overrun.stoppedBy.has(Layer::cgroupCpu);
  return runGuest(trial, {"overrun", overrun.name}, limits,
                  isBandwidth ? kBandwidthMillicores : config_.sandbox.cpuMillicores)
      .then([this, &trial, &overrun, isBandwidth, next](FinishedJob job) {
        bool held = job->verdict.status == overrun.status;
        std::string detail = statusName(job->verdict.status);
        if (overrun.onlyMeasured) held = held && job->verdict.limitHit.has_value();
        if (isBandwidth) {
          held = held && keptToATenthOfACpu(job->facts.usage.cpuMicros, job->facts.wallMicros);
          detail = std::to_string(job->facts.usage.cpuMicros) + " us in " +
                   std::to_string(job->facts.wallMicros) + " us";
        }
        trial.report.checks.push_back(
            {overrun.name, overrun.what, overrun.stoppedBy, held, detail});
        if (overrun.endsItself) compareIds(trial, job);
        return runOverruns(trial, next + 1);
      });
}

kj::Promise<void> Canary::runEgress(Trial& trial) {
  if (access_.broker == nullptr) return kj::READY_NOW;
  auto targets = refusedTargets(access_.broker->policy());
  std::vector<std::string> args{"egress"};
  for (const auto& target : targets) args.push_back(target.text());
  return runGuest(trial, std::move(args), baseLimits(trial.guest.size()),
                  config_.sandbox.cpuMillicores, JobNetwork())
      .then([&trial, targets = std::move(targets)](FinishedJob job) {
        const auto& output = KJ_ASSERT_NONNULL(job->run)->stdoutCollector();
        for (const auto& target : targets) {
          auto check = readEgressAnswer(textOf(output.collected()), target.text());
          check.name = target.name;
          check.what = target.what;
          trial.report.checks.push_back(std::move(check));
        }
      });
}

// Without a user namespace there is no map in which to see it.
void Canary::compareIds(Trial& trial, FinishedJob& job) const {
  if (!trial.report.claimed.has(Layer::user)) return;
  const std::string map = idMapOf(job);
  trial.report.checks.push_back({"host_uid", "share a host uid with another sandbox",
                                 layerSetOf({Layer::uidPerSlot}),
                                 !map.empty() && map != trial.firstIdMap, ""});
}

kj::Promise<FinishedJob> Canary::runGuest(Trial& trial, std::vector<std::string> args,
                                          const JobLimits& limits, uint32_t cpuMillicores,
                                          std::optional<JobNetwork> network) {
  AdmittedJob job;
  job.network = std::move(network);
  job.arguments = std::move(args);
  job.program.content = kj::StringPtr(trial.guest.c_str(), trial.guest.size()).asBytes();
  job.program.fileName = "canary";
  job.program.command = {"/workspace/canary"};
  job.limits = limits;
  job.cpuMillicores = cpuMillicores;
  return jobs_.runOwn(kj::mv(job)).then([](JobReply reply) -> FinishedJob {
    KJ_IF_MAYBE (rejection, reply.tryGet<RejectionInfo>()) {
      KJ_FAIL_REQUIRE("the canary was not run", rejection->code.c_str(),
                      rejection->message.c_str());
    }
    auto& done = reply.get<FinishedJob>();
    KJ_REQUIRE(done->run != nullptr, "the canary was not run", done->verdict.message.c_str());
    return kj::mv(done);
  });
}

JobLimits Canary::baseLimits(size_t guestBytes) const {
  JobLimits limits;
  for (auto& limit : kJobLimits) limits.*limit.value = (config_.limits.*limit.range).defaultValue;
  limits.fileBytes = guestBytes + kSpareBytes;
  limits.workspaceBytes = guestBytes + 2 * kSpareBytes;
  limits.workspaceInodes = kInodes;
  limits.openFiles = kOpenFiles;
  return limits;
}

}  // namespace brood::supervisor
