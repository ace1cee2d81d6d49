#include "bench/system/options.h"

#include <CLI/CLI.hpp>
#include <sstream>

#include "bench/model/scenarios.h"
#include "bench/model/variants.h"

namespace brood::bench {
namespace {

constexpr size_t kQuickRuns = 150;
constexpr double kQuickSeconds = 1;
constexpr size_t kQuickFlatJobs = 2'000;
const std::vector<size_t> kQuickClients{1, 8, 64, 256};

// Those that are one flag each, before they become names of scenarios.
struct Shortcuts {
  bool allLanguages = false, trace = false, full = false;
  std::vector<std::string> variantGroups;
  std::string flatJobs;
};

std::string footer() {
  std::string text = "Scenarios:\n";
  for (const auto& scenario : kScenarios) {
    std::string name = scenario.name;
    name.resize(12, ' ');
    text += "  " + name + scenario.help + (scenario.isUsual ? " (usual)\n" : "\n");
  }
  return text +
         "\nWithout a running supervisor it starts a system of its own and stops it afterwards;\n"
         "techniques to flat have systems of their own in any case.\n"
         "Exit code 1 if any answer was wrong or missing.";
}

std::string hostAndPort(std::string url) {
  const std::string scheme = "http://";
  if (url.starts_with(scheme)) url.erase(0, scheme.size());
  if (url.ends_with('/')) url.pop_back();
  if (url.find('/') != std::string::npos || url.find(':') == std::string::npos) {
    throw CLI::ValidationError("--http", "'" + url + "' is not http://HOST:PORT");
  }
  return url;
}

size_t jobCount(const std::string& text) {
  size_t used = 0;
  unsigned long long count = 0;
  try {
    count = std::stoull(text, &used);
  } catch (const std::logic_error&) {
    used = 0;
  }
  if (used != text.size() || count == 0 || count > 1'000'000'000) {
    throw CLI::ValidationError("--flat", "'" + text + "' is not a number of jobs");
  }
  return static_cast<size_t>(count);
}

void addScenarios(CLI::App& app, Options& options, Shortcuts& shortcuts) {
  auto names = allScenarios();
  app.add_option("--scenario", options.scenarios, "What to measure, by the names below")
      ->delimiter(',')
      ->check(CLI::IsMember(names));
  app.add_flag("--full", shortcuts.full, "All scenarios, and --numpy");
  app.add_flag("--trace", shortcuts.trace, "The scenario trace");
  app.add_flag("--all-languages", shortcuts.allLanguages,
               "The scenario languages, with the sample programs of their manifests. A tenth of "
               "--runs each");
  app.add_option("--ablation", shortcuts.variantGroups,
                 "The scenarios techniques, layers, pools and heaps, or those of them that are "
                 "named: systems of our own, in turns. A fifth of --runs each")
      ->delimiter(',')
      ->expected(0, static_cast<int>(kVariantGroups.size()))
      ->check(CLI::IsMember(kVariantGroups));
  app.add_option("--flat", shortcuts.flatJobs,
                 "The scenario flat, with so many jobs; 100000 unless given")
      ->expected(0, 1);
}

void settleScenarios(const CLI::App& app, Options& options, Shortcuts& shortcuts) {
  auto add = [&](const std::string& name) {
    if (!options.measures(name)) options.scenarios.push_back(name);
  };
  // An option without a value is the option with one that is empty.
  std::erase(shortcuts.variantGroups, "");
  if (app.count("--ablation") > 0 && shortcuts.variantGroups.empty()) {
    shortcuts.variantGroups = kVariantGroups;
  }
  for (const auto& group : shortcuts.variantGroups) add(group);
  if (shortcuts.allLanguages) add("languages");
  if (shortcuts.trace) add("trace");
  if (app.count("--flat") > 0) add("flat");
  if (!shortcuts.flatJobs.empty()) options.flatJobs = jobCount(shortcuts.flatJobs);
  if (shortcuts.full) {
    options.scenarios = allScenarios();
    options.pandas = true;
  }
  const bool asUsual = options.scenarios.empty();
  for (const auto& scenario : kScenarios) {
    if (asUsual && scenario.isUsual) options.scenarios.emplace_back(scenario.name);
  }
}

}  // namespace

std::variant<Options, Usage> parseOptions(int argc, char** argv) {
  Options options;
  Shortcuts shortcuts;
  std::string socketPath, httpUrl;
  std::vector<double> rates;
  CLI::App app(
      "Measures latency and throughput of a running system, beside the floors of the machine",
      "brood bench");
  app.footer(footer());
  app.add_flag("--quick", options.isQuick, "Fewer runs and sizes, shorter steps: below a minute");
  addScenarios(app, options, shortcuts);
  auto* runs = app.add_option("--runs", options.runs, "Runs of a hot job")
                   ->capture_default_str()
                   ->check(CLI::Range(1, 10'000'000));
  auto* seconds = app.add_option("--seconds", options.seconds,
                                 "Length of each step of throughput; 0 leaves them out")
                      ->capture_default_str()
                      ->check(CLI::Range(0.0, 3600.0));
  auto* clients = app.add_option("--clients", options.clients, "Numbers of clients: 1,8,64")
                      ->delimiter(',')
                      ->capture_default_str()
                      ->check(CLI::Range(1, 100'000));
  app.add_flag("--numpy", options.pandas, "Also a job that imports numpy and pandas");
  app.add_option("--socket", socketPath, "RPC socket of a running supervisor");
  app.add_option("--http", httpUrl, "Its gateway: http://HOST:PORT");
  auto* rate = app.add_option("--rates", rates,
                              "Jobs per second of each step of the open loop: 20,50,100; unless "
                              "given, a quarter, half and three quarters of the best rate")
                   ->delimiter(',')
                   ->check(CLI::Range(0.1, 1e6));
  app.add_option("--json", options.jsonPath,
                 "Write everything measured to this file; - for stdout");
  app.add_option("--markdown", options.markdownPath, "Write the report to this file");
  app.add_option("--compare", options.comparePath,
                 "JSON of an earlier run: show what has changed, and whether by chance")
      ->check(CLI::ExistingFile);
  try {
    app.parse(argc, argv);
    if (options.isQuick && runs->count() == 0) options.runs = kQuickRuns;
    if (options.isQuick && seconds->count() == 0) options.seconds = kQuickSeconds;
    if (options.isQuick && clients->count() == 0) options.clients = kQuickClients;
    if (options.isQuick) options.flatJobs = kQuickFlatJobs;
    settleScenarios(app, options, shortcuts);
    if (!socketPath.empty()) options.socketPath = socketPath;
    if (!httpUrl.empty()) options.httpAddress = hostAndPort(httpUrl);
    if (rate->count() > 0) options.rates = rates;
  } catch (const CLI::ParseError& error) {
    std::ostringstream out;
    int code = app.exit(error, out, out);
    return Usage{code == 0 ? 0 : 2, out.str()};
  }
  return options;
}

}  // namespace brood::bench
