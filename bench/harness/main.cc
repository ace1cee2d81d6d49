// brood-bench, which `brood bench` becomes: measures a running system beside the floors of the
// machine and prints a report.

#include <kj/exception.h>
#include <sys/utsname.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <optional>
#include <stdexcept>

#include "bench/floors/affinity.h"
#include "bench/harness/bench_system.h"
#include "bench/harness/comparison.h"
#include "bench/harness/html_report.h"
#include "bench/harness/json_report.h"
#include "bench/harness/language_run.h"
#include "bench/harness/latency_run.h"
#include "bench/harness/open_loop_run.h"
#include "bench/harness/plots.h"
#include "bench/harness/process_size.h"
#include "bench/harness/rpc_job_client.h"
#include "bench/harness/text_report.h"
#include "bench/harness/throughput_run.h"
#include "bench/harness/variant_run.h"
#include "cli/cli_error.h"
#include "config/loader.h"

namespace brood::bench {
namespace {

constexpr int kInterruptedExitCode = 130;
constexpr size_t kLanguageShare = 10;  // Of the runs, for each of them.
constexpr size_t kVariantShare = 5;
constexpr size_t kVariantRounds = 3;
constexpr kj::Duration kRestPatience = 10 * kj::SECONDS;

std::string kernelRelease() {
  utsname name{};
  ::uname(&name);
  return name.release;
}

// Of parts of the best rate.
constexpr double kParts[] = {0.25, 0.5, 0.75};

size_t openLoopSteps(const Options& options) {
  return options.rates ? options.rates->size() : std::size(kParts);
}

std::vector<ThroughputStep> throughputSteps(UvAsyncIo& io, const Options& options,
                                            const BenchSystem& system) {
  std::vector<ThroughputStep> steps;
  if (options.seconds == 0) return steps;
  for (size_t clients : options.clients) {
    steps.push_back({"RPC", clients, options.seconds,
                     [&io, path = system.socketPath()]() -> kj::Own<JobClient> {
                       return kj::heap<RpcJobClient>(io, path, rpc::StartPolicy::BEST);
                     },
                     0});
  }
  if (system.httpAddress()) {
    for (size_t clients : options.clients) {
      steps.push_back({"HTTP", clients, options.seconds,
                       [&io, address = *system.httpAddress()]() -> kj::Own<JobClient> {
                         return kj::heap<HttpJobClient>(io, address);
                       },
                       0});
    }
  }
  double after = options.seconds * static_cast<double>(openLoopSteps(options));
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
    step->secondsAfterwards = after;
    after += step->seconds;
  }
  return steps;
}

constexpr size_t kOpenLoopConnections = 128;

std::vector<double> openLoopRates(const Options& options, const Measurements& measurements) {
  if (options.rates) return *options.rates;
  double best = 0;
  for (const auto& point : measurements.throughput) best = std::max(best, point.jobsPerSecond());
  std::vector<double> rates;
  for (double part : kParts) {
    if (best > 0) rates.push_back(best * part);
  }
  return rates;
}

void measureOpenLoop(UvAsyncIo& io, const Interrupt& interrupt, const Options& options,
                     const BenchSystem& system, PoolWatch& pools, Progress& progress,
                     Measurements& measurements) {
  if (options.seconds == 0) return;
  const auto rates = openLoopRates(options, measurements);
  for (size_t i = 0; i < rates.size(); ++i) {
    pools.waitAtRest(kRestPatience);
    OpenLoopStep step{rates[i], options.seconds, kOpenLoopConnections,
                      [&]() -> kj::Own<JobClient> {
                        return kj::heap<RpcJobClient>(io, system.socketPath(),
                                                      rpc::StartPolicy::BEST);
                      },
                      options.seconds* static_cast<double>(rates.size() - i - 1)};
    measurements.openLoop.push_back(measureOpenLoop(io, interrupt, step, progress));
  }
}

Measurements emptyMeasurements() {
  Measurements measurements;
  measurements.version = BROOD_VERSION;
  measurements.kernel = kernelRelease();
  measurements.cpus = allowedCpus().size();
  return measurements;
}

Measurements measureAblation(const Options& options) {
  UvAsyncIo io;
  Interrupt interrupt(io);
  Progress progress;
  auto measurements = emptyMeasurements();
  measurements.isolation = "systems of its own";
  measurements.isOwnSystem = true;
  const size_t runs = std::max<size_t>(options.runs / kVariantShare, 1);
  measurements.variants = measureVariants(io, interrupt, variantsOf(options.variantGroups),
                                          {runs, options.seconds, kVariantRounds}, progress);
  return measurements;
}

Measurements measure(const Options& options, Floors& floors) {
  UvAsyncIo io;
  Interrupt interrupt(io);
  Progress progress;
  progress.show("looking for a system, or starting one");
  BenchSystem system(io, interrupt, options);
  PoolWatch pools(io, system.socketPath(), interrupt);
  pools.waitReady();

  auto measurements = emptyMeasurements();
  measurements.isolation = pools.isolationText();
  measurements.isOwnSystem = system.isOurOwn();
  if (options.allLanguages) {
    const LanguagePlan plan{std::max<size_t>(options.runs / kLanguageShare, 1), options.seconds,
                            system.socketPath()};
    measurements.languages = measureLanguages(io, interrupt, pools, plan, progress);
    return measurements;
  }
  auto steps = throughputSteps(io, options, system);
  const double loadSeconds =
      options.seconds * static_cast<double>(steps.size() + openLoopSteps(options));
  std::optional<ForkExit> equalFork;
  const uint64_t zygoteKib = sizeOf(pools.pythonZygote()).anonymousKib;
  if (zygoteKib > 0) equalFork.emplace(zygoteKib >> 10);
  {
    LatencyRun latency(io, floors, pools,
                       {options.runs, options.pandas, system.socketPath(), system.httpAddress(),
                        equalFork ? &*equalFork : nullptr, loadSeconds});
    latency.run(progress);
    latency.moveInto(measurements);
  }
  for (const auto& step : steps) {
    pools.waitAtRest(kRestPatience);
    measurements.throughput.push_back(measureThroughput(io, interrupt, step, progress));
  }
  measureOpenLoop(io, interrupt, options, system, pools, progress, measurements);
  return measurements;
}

std::string readFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (!file) throw CliError("cannot read " + path);
  return text;
}

void writeFile(const std::string& path, const std::string& text) {
  if (path == "-") {
    std::fputs(text.c_str(), stdout);
    return;
  }
  std::ofstream file(path);
  file << text;
  file.close();
  if (!file) throw CliError("cannot write " + path);
}

int run(const Options& options) {
  Floors floors;
  Measurements measurements =
      options.variantGroups.empty() ? measure(options, floors) : measureAblation(options);
  std::string comparison;
  if (options.comparePath) {
    comparison = comparisonText(readFile(*options.comparePath), measurements);
  }
  if (options.jsonPath != "-") {
    std::fputs((textReport(measurements) + comparison).c_str(), stdout);
  }
  if (options.jsonPath) writeFile(*options.jsonPath, jsonReport(measurements));
  if (options.markdownPath) {
    writeFile(*options.markdownPath, markdownReport(measurements, comparison));
  }
  if (options.htmlPath) writeFile(*options.htmlPath, htmlReport(measurements, comparison));
  if (options.plotsDir) {
    for (const auto& each : picturesOf(measurements)) {
      writeFile(*options.plotsDir + "/" + each.name + ".svg", each.svg);
    }
  }
  return measurements.failures() == 0 ? 0 : 1;
}

int runReporting(const Options& options) {
  try {
    return run(options);
  } catch (const Interrupted&) {
    std::fprintf(stderr, "brood bench: interrupted\n");
    return kInterruptedExitCode;
  } catch (const CliError& error) {
    std::fprintf(stderr, "brood bench: %s\n", error.what());
  } catch (const ConfigError& error) {
    std::fprintf(stderr, "brood bench: %s\n", error.what());
  } catch (const std::runtime_error& error) {
    std::fprintf(stderr, "brood bench: %s\n", error.what());
  } catch (const kj::Exception& error) {
    std::fprintf(stderr, "brood bench: %s\n", error.getDescription().cStr());
  }
  return 1;
}

}  // namespace
}  // namespace brood::bench

int main(int argc, char** argv) {
  auto parsed = brood::bench::parseOptions(argc, argv);
  if (auto* usage = std::get_if<brood::bench::Usage>(&parsed)) {
    std::fputs(usage->text.c_str(), usage->exitCode == 0 ? stdout : stderr);
    return usage->exitCode;
  }
  return brood::bench::runReporting(std::get<brood::bench::Options>(parsed));
}
