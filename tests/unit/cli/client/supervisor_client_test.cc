#include "cli/client/supervisor_client.h"

#include <gtest/gtest.h>

#include <string>

#include "cli/terminal/cli_error.h"

namespace brood::cli {
namespace {

std::string errorOf(const std::string& path) {
  UvAsyncIo io;
  try {
    SupervisorClient client(io, path);
  } catch (const CliError& error) {
    EXPECT_EQ(error.exitCode, 125);
    return error.what();
  }
  return "connected";
}

TEST(SupervisorClient, SaysHowToStartOne) {
  EXPECT_EQ(errorOf("/nowhere/brood.sock"),
            "no supervisor at /nowhere/brood.sock: start one with `brood serve`");
}

TEST(SupervisorClient, SaysWhatElseIsWrong) {
  std::string longPath = "/" + std::string(200, 'x');
  EXPECT_EQ(errorOf(longPath), "cannot connect to " + longPath + ": File name too long");
  EXPECT_EQ(errorOf("/dev/null/x"), "cannot connect to /dev/null/x: Not a directory");
}

}  // namespace
}  // namespace brood::cli
