// brood-mcp: what `brood mcp` becomes. Reads its options and bridges.

#include <signal.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <exception>

#include "base/own_process.h"
#include "cli/bridge/mcp_bridge.h"
#include "config/config.h"

namespace brood::cli {
namespace {

// Where a gateway listens that nobody has told otherwise.
std::string defaultUrl() {
  const GatewayConfig config;
  return "http://" + config.host + ":" + std::to_string(config.port) + "/mcp";
}

int run(int argc, char** argv) {
  BridgeOptions options;
  options.url = defaultUrl();
  if (const char* key = ::getenv("BROOD_API_KEY")) options.key = key;
  CLI::App app(
      "Speaks the Model Context Protocol on standard input and output, for a gateway that has "
      "protocols.mcp on",
      "brood mcp");
  app.add_option("--url", options.url, "Where the gateway answers")->capture_default_str();
  app.add_option("--key", options.key,
                 "An API key; better in BROOD_API_KEY, since others see command lines");
  CLI11_PARSE(app, argc, argv);
  if (options.key.find_first_of("\r\n") != std::string::npos) {
    std::fprintf(stderr, "brood mcp: --key: a key has no line ends\n");
    return 2;
  }
  signal(SIGPIPE, SIG_DFL);
  McpBridge(options, STDIN_FILENO, STDOUT_FILENO).run();
  return 0;
}

}  // namespace
}  // namespace brood::cli

int main(int argc, char** argv) try {
  brood::startInOrder();
  return brood::cli::run(argc, argv);
} catch (const std::exception& error) {
  std::fprintf(stderr, "brood mcp: %s\n", error.what());
  return 1;
}
