#include "bench/harness/options.h"

#include <CLI/CLI.hpp>
#include <sstream>

#include "bench/harness/variants.h"

namespace brood::bench {
namespace {

constexpr size_t kQuickRuns = 200;
constexpr double kQuickSeconds = 1.5;
const std::vector<size_t> kQuickClients{1, 4, 16, 64};

constexpr char kFooter[] =
    "Without a running supervisor it starts a system of its own and stops it afterwards.\n"
    "Exit code 1 if any answer was wrong or missing.";

std::string hostAndPort(std::string url) {
  const std::string scheme = "http://";
  if (url.starts_with(scheme)) url.erase(0, scheme.size());
  if (url.ends_with('/')) url.pop_back();
  if (url.find('/') != std::string::npos || url.find(':') == std::string::npos) {
    throw CLI::ValidationError("--http", "'" + url + "' is not http://HOST:PORT");
  }
  return url;
}

}  // namespace

std::variant<Options, Usage> parseOptions(int argc, char** argv) {
  Options options;
  bool quick = false;
  std::string socketPath, httpUrl;
  std::vector<double> rates;
  CLI::App app(
      "Measures latency and throughput of a running system, beside the floors of the machine",
      "brood bench");
  app.footer(kFooter);
  app.add_flag("--quick", quick, "Fewer runs, shorter steps: well below a minute");
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
  app.add_flag("--all-languages", options.allLanguages,
               "Instead: a table of all installed languages, with the sample programs of their "
               "manifests. A tenth of --runs each");
  auto* ablation =
      app.add_option("--ablation", options.variantGroups,
                     "Instead: systems of our own that are configured otherwise, in turns: what "
                     "each technique and layer costs or saves, and what the numbers of parked "
                     "workers and of megabytes do. Groups: techniques,layers,pools,heaps; all "
                     "unless given")
          ->delimiter(',')
          ->expected(0, static_cast<int>(kVariantGroups.size()))
          ->check(CLI::IsMember(kVariantGroups));
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
  app.add_option("--html", options.htmlPath, "Write a page with pictures to this file");
  app.add_option("--plots", options.plotsDir, "Write each picture to this directory, as SVG")
      ->check(CLI::ExistingDirectory);
  app.add_option("--compare", options.comparePath,
                 "JSON of an earlier run: show what has changed, and whether by chance")
      ->check(CLI::ExistingFile);
  try {
    app.parse(argc, argv);
    if (quick && runs->count() == 0) options.runs = kQuickRuns;
    if (quick && seconds->count() == 0) options.seconds = kQuickSeconds;
    if (quick && clients->count() == 0) options.clients = kQuickClients;
    // The option without a value is the option with one that is empty.
    std::erase(options.variantGroups, "");
    if (ablation->count() > 0 && options.variantGroups.empty()) {
      options.variantGroups = kVariantGroups;
    }
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
