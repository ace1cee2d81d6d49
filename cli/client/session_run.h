#pragma once
// One cell or one command of a session, its output as it appears.

#include <cstdint>
#include <string>
#include <vector>

#include "cli/client/job_files.h"
#include "cli/client/session_client.h"

namespace brood::cli {

struct CellAsk {
  std::string code;
  std::string context;   // Empty: the default one of the language.
  std::string language;  // Empty: the session's.
  std::string stdinText;
  uint64_t timeoutMs = 0;
  bool rich = false;
};

struct CommandAsk {
  std::vector<std::string> argv;
  std::string cwd;
  std::string stdinText;
  uint64_t timeoutMs = 0;
};

// How it ended, for an exit code and for people.
struct RunEnding {
  int exitCode = 0;  // As of exit_codes.h.
  uint32_t executionCount = 0;
  std::vector<ShownForm> shown;
  std::string remarks;  // Whole lines: a verdict, a lost context, what came between two cells.
};

// Ctrl-C interrupts the cell, which then ends in its own way; the second one leaves it. Throws
// CliError for what the supervisor refuses.
RunEnding runCell(SessionClient& client, rpc::Session::Client session, const CellAsk& ask);

// Ctrl-C ends the command.
RunEnding runSessionCommand(SessionClient& client, rpc::Session::Client session,
                            const CommandAsk& ask);

}  // namespace brood::cli
