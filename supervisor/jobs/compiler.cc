#include "supervisor/jobs/compiler.h"

#include <kj/debug.h>

#include "base/text.h"
#include "supervisor/base/clock.h"
#include "supervisor/files/file_collector.h"
#include "supervisor/jobs/job_request.h"

namespace brood::supervisor {
namespace {

constexpr size_t kMostNames = 16;

// As a pattern that matches nothing else.
std::string literally(const std::string& name) {
  std::string pattern;
  for (const char c : name) {
    if (std::string_view("*?[]\\").find(c) != std::string_view::npos) pattern += '\\';
    pattern += c;
  }
  return pattern;
}

// All that the result depends on. The job's own variables and arguments are not among it, because
// the compiler is not given them.
std::string keyOf(const AdmittedJob& job, const std::string& version) {
  const RuntimeManifest& language = *job.language;
  const auto code = job.program.content;
  std::vector<std::string_view> parts{language.name, version, job.sourceName, language.artifact};
  for (const auto& word : language.compileCommand) parts.push_back(word);
  parts.push_back("environment");
  for (const auto& [name, value] : language.environment) {
    parts.push_back(name);
    parts.push_back(value);
  }
  parts.push_back({reinterpret_cast<const char*>(code.begin()), code.size()});
  for (const auto& file : job.files) {
    parts.push_back(file.path);
    parts.push_back(file.executable ? "x" : "");
    parts.push_back({reinterpret_cast<const char*>(file.content.begin()), file.content.size()});
  }
  return buildKey(parts);
}

CompileOutcome fromCache(std::shared_ptr<const Build> build) {
  CompileOutcome outcome;
  outcome.verdict.status = rpc::JobStatus::OK;
  outcome.verdict.hasExitCode = true;
  outcome.stdout = build->stdout;
  outcome.stderr = build->stderr;
  outcome.isCached = true;
  outcome.build = std::move(build);
  return outcome;
}

CompileOutcome describe(const ActiveJob& job) {
  CompileOutcome outcome;
  outcome.verdict = job.verdict;
  outcome.wallMicros = job.facts.wallMicros;
  outcome.cpuMicros = job.facts.usage.cpuMicros;
  KJ_IF_MAYBE (run, job.run) {
    outcome.stdout = textOf((*run)->stdoutCollector().collected());
    outcome.stderr = textOf((*run)->stderrCollector().collected());
  }
  KJ_IF_MAYBE (lease, job.lease) outcome.start = lease->start;
  return outcome;
}

}  // namespace

Compiler::Compiler(OwnJobs& jobs, kj::Timer& timer, const Toolchains& toolchains,
                   const CompileConfig& config)
    : jobs_(jobs),
      timer_(timer),
      toolchains_(toolchains),
      config_(config),
      cache_(config.cacheBytes) {}

kj::Promise<kj::OneOf<CompileOutcome, RejectionInfo>> Compiler::compile(const AdmittedJob& job) {
  using Result = kj::OneOf<CompileOutcome, RejectionInfo>;
  const RuntimeManifest& language = *job.language;
  std::string key = keyOf(job, toolchains_.of(language).version);
  if (auto build = cache_.find(key)) return Result(fromCache(std::move(build)));

  AdmittedJob step;
  step.language = &language;
  step.pool = job.plainPool;
  step.program = {job.program.content, job.sourceName,
                  language.filledIn(language.compileCommand, job.sourceName), language.environment};
  step.files = job.files;
  step.limits = effectiveLimits({}, language.compileLimits, config_.limits);
  return jobs_.runOwn(kj::mv(step))
      .then([this, &language, key = std::move(key)](JobReply reply) mutable -> kj::Promise<Result> {
        KJ_IF_MAYBE (rejection, reply.tryGet<RejectionInfo>()) return Result(kj::mv(*rejection));
        return conclude(kj::mv(reply.get<FinishedJob>()), language, std::move(key));
      });
}

kj::Promise<kj::OneOf<CompileOutcome, RejectionInfo>> Compiler::conclude(
    FinishedJob job, const RuntimeManifest& language, std::string key) {
  using Result = kj::OneOf<CompileOutcome, RejectionInfo>;
  CompileOutcome outcome = describe(*job);
  if (outcome.verdict.status != rpc::JobStatus::OK) return Result(kj::mv(outcome));
  // First everything in the sandbox ends, so that nothing changes under our eyes.
  auto& sandbox = KJ_ASSERT_NONNULL(job.worker()).sandbox();
  sandbox.kill();
  return sandbox.whenGone()
      .then([this, &sandbox, &language]() {
        auto collector = kj::heap<FileCollector>(
            sandbox.workspaceFd(), GlobSet({Glob{{NamePattern(literally(language.artifact))}}}),
            CollectLimits{1, config_.artifactBytes, config_.artifactBytes, kMostNames,
                          monotonicNow() + kCollectBound});
        auto& borrowed = *collector;
        return borrowed.collectAll(timer_).then(
            [collector = kj::mv(collector)]() mutable { return kj::mv(collector); });
      })
      .then([this, &language, job = kj::mv(job), outcome = kj::mv(outcome),
             key = std::move(key)](kj::Own<FileCollector> collector) mutable {
        return Result(take(kj::mv(outcome), *collector, language, std::move(key)));
      });
}

CompileOutcome Compiler::take(CompileOutcome outcome, FileCollector& collector,
                              const RuntimeManifest& language, std::string key) {
  auto files = collector.takeFiles();
  if (files.empty()) {
    const auto& skipped = collector.skipped();
    outcome.verdict.message = "it left no program: " + language.artifact + ": " +
                              (skipped.empty() ? "not_there" : skipped.front().reason);
    return outcome;
  }
  auto build = std::make_shared<Build>();
  build->program = std::move(files.front().content);
  build->stdout = outcome.stdout;
  build->stderr = outcome.stderr;
  outcome.build = build;
  cache_.put(std::move(key), std::move(build));
  return outcome;
}

}  // namespace brood::supervisor
