#include "supervisor/compiler.h"

#include <kj/debug.h>

#include "supervisor/file_collector.h"

namespace brood {
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

std::string textOf(kj::ArrayPtr<const kj::byte> bytes) {
  return {bytes.asChars().begin(), bytes.size()};
}

// All that the result depends on. The job's own variables and arguments are not among it, because
// the compiler is not given them.
std::string keyOf(const JobRequest& request, const std::string& version) {
  const RuntimeManifest& language = *request.language;
  const auto code = request.job.getCode();
  std::vector<std::string_view> parts{language.name, version, language.sourceFile,
                                      language.artifact};
  for (const auto& word : language.compileCommand) parts.push_back(word);
  parts.push_back("environment");
  for (const auto& [name, value] : language.environment) {
    parts.push_back(name);
    parts.push_back(value);
  }
  parts.push_back({reinterpret_cast<const char*>(code.begin()), code.size()});
  for (const auto& file : request.files) {
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

Compiler::Compiler(Dispatcher& dispatcher, kj::Timer& timer, const Toolchains& toolchains,
                   const CompileConfig& config)
    : dispatcher_(dispatcher),
      timer_(timer),
      toolchains_(toolchains),
      config_(config),
      cache_(config.cacheBytes) {}

kj::Promise<kj::OneOf<CompileOutcome, RejectionInfo>> Compiler::compile(
    const JobRequest& request) {
  using Result = kj::OneOf<CompileOutcome, RejectionInfo>;
  const RuntimeManifest& language = *request.language;
  std::string key = keyOf(request, toolchains_.of(language).version);
  if (auto build = cache_.find(key)) return Result(fromCache(std::move(build)));

  JobRequest step;
  step.language = &language;
  step.pool = request.pool;
  step.program = {request.job.getCode(), language.sourceFile,
                  language.filledIn(language.compileCommand), language.environment};
  step.files = request.files;
  step.limits = effectiveLimits({}, language.compileLimits, config_.limits);
  return dispatcher_.runOwn(kj::mv(step))
      .then([this, &language, key = std::move(key)](JobReply reply) mutable -> kj::Promise<Result> {
        KJ_IF_MAYBE (rejection, reply.tryGet<RejectionInfo>()) return Result(kj::mv(*rejection));
        return conclude(kj::mv(reply.get<kj::Own<ActiveJob>>()), language, std::move(key));
      });
}

kj::Promise<kj::OneOf<CompileOutcome, RejectionInfo>> Compiler::conclude(
    kj::Own<ActiveJob> job, const RuntimeManifest& language, std::string key) {
  using Result = kj::OneOf<CompileOutcome, RejectionInfo>;
  CompileOutcome outcome = describe(*job);
  if (outcome.verdict.status != rpc::JobStatus::OK) {
    dispatcher_.letGo(kj::mv(job));
    return Result(kj::mv(outcome));
  }
  // First everything in the sandbox ends, so that nothing changes under our eyes.
  auto& worker = *KJ_ASSERT_NONNULL(job->lease).worker;
  worker.killSlot();
  return worker.whenGone()
      .then([this, &worker, &language]() {
        auto collector =
            kj::heap<FileCollector>(worker.workspaceFd(), GlobSet({Glob{{literally(language.artifact)}}}),
                                    CollectLimits{1, config_.artifactBytes, config_.artifactBytes,
                                                  kMostNames});
        auto& borrowed = *collector;
        return goOnCollecting(borrowed).then(
            [collector = kj::mv(collector)]() mutable { return kj::mv(collector); });
      })
      .then([this, &language, job = kj::mv(job), outcome = kj::mv(outcome),
             key = std::move(key)](kj::Own<FileCollector> collector) mutable {
        dispatcher_.letGo(kj::mv(job));
        return Result(take(kj::mv(outcome), *collector, language, std::move(key)));
      });
}

// A little at a time, for others are served by the same thread.
kj::Promise<void> Compiler::goOnCollecting(FileCollector& collector) {
  if (collector.step()) return kj::READY_NOW;
  return timer_.afterDelay(0 * kj::SECONDS).then([this, &collector]() {
    return goOnCollecting(collector);
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

}  // namespace brood
