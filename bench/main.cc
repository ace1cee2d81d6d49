// brood-bench, which `brood bench` becomes: measures a running system beside the floors of the
// machine and prints a report.

#include <kj/exception.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "base/huge_text.h"
#include "base/plain_text.h"
#include "bench/measure.h"
#include "bench/report/comparison.h"
#include "bench/report/json_report.h"
#include "bench/report/text_report.h"
#include "bench/system/interrupt.h"
#include "cli/terminal/cli_error.h"
#include "config/loader.h"

namespace brood::bench {
namespace {

constexpr int kInterruptedExitCode = 130;

std::string readFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (!file) throw cli::CliError("cannot read " + path);
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
  if (!file) throw cli::CliError("cannot write " + path);
}

int run(const Options& options) {
  // A client as the gateway is one: half of what it measures of a hot job is its own code.
  moveTextToHugePages();
  Floors floors;
  const Measurements measurements = measureAll(options, floors);
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
  return measurements.failures() == 0 ? 0 : 1;
}

int runReporting(const Options& options) {
  try {
    return run(options);
  } catch (const Interrupted&) {
    std::fprintf(stderr, "brood bench: interrupted\n");
    return kInterruptedExitCode;
  } catch (const cli::CliError& error) {
    std::fprintf(stderr, "brood bench: %s\n", error.what());
  } catch (const ConfigError& error) {
    std::fprintf(stderr, "brood bench: %s\n", error.what());
  } catch (const std::runtime_error& error) {
    std::fprintf(stderr, "brood bench: %s\n", error.what());
  } catch (const kj::Exception& error) {
    std::fprintf(stderr, "brood bench: %s\n", plainText(error).c_str());
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
