#include "cli/terminal/exit_codes.h"

#include <capnp/message.h>
#include <gtest/gtest.h>

namespace brood::cli {
namespace {

struct Ended {
  rpc::JobStatus status;
  int exitCode;        // -1: none.
  const char* signal;  // "": none.
  int expected;
};

TEST(ExitCodes, FollowTheTable) {
  using Status = rpc::JobStatus;
  for (auto [status, exitCode, signal, expected] : {
           Ended{Status::OK, 0, "", 0},
           Ended{Status::ERROR, 1, "", 1},
           Ended{Status::ERROR, 255, "", 255},
           Ended{Status::ERROR, -1, "SIGSEGV", 139},
           Ended{Status::TIMEOUT, -1, "SIGKILL", 124},
           Ended{Status::CPU_LIMIT, -1, "SIGXCPU", 124},
           Ended{Status::MEMORY_LIMIT, -1, "SIGKILL", 137},
           Ended{Status::MEMORY_LIMIT, 1, "", 1},
           Ended{Status::MEMORY_LIMIT, 0, "", 137},
           Ended{Status::PROCESS_LIMIT, 3, "", 3},
           Ended{Status::OUTPUT_LIMIT, -1, "SIGKILL", 137},
           Ended{Status::KILLED, -1, "SIGTERM", 143},
           Ended{Status::KILLED, -1, "", 137},
           Ended{Status::SANDBOX_ERROR, 0, "", 125},
       }) {
    capnp::MallocMessageBuilder message;
    auto result = message.initRoot<rpc::JobResult>();
    result.setStatus(status);
    result.setHasExitCode(exitCode >= 0);
    result.setExitCode(exitCode);
    result.setSignal(signal);
    EXPECT_EQ(exitCodeOf(result), expected) << static_cast<int>(status) << " " << signal;
  }
}

TEST(ExitCodes, KnowSignalsByName) {
  EXPECT_EQ(exitCodeOfSignal("SIGINT"), 130);
  EXPECT_EQ(exitCodeOfSignal("SIGABRT"), 134);
  EXPECT_EQ(exitCodeOfSignal("SIGNOSUCH"), 137);
}

}  // namespace
}  // namespace brood::cli
