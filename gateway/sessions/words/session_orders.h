#pragma once
// Orders of clients about sessions, as values, and as calls to the supervisor.

#include <string>
#include <utility>
#include <vector>

#include "gateway/jobs/job_order.h"
#include "rpc/calls/sessions.capnp.h"

namespace brood::gateway {

using Labels = std::vector<std::pair<std::string, std::string>>;

struct SessionOrder {
  std::string language;
  std::string profile;
  std::vector<std::pair<std::string, std::string>> env;
  JobLimits limits;
  std::vector<JobFile> files;
  NetworkOrder network;
  Labels metadata;
  uint64_t ttlMs = 0;
  uint64_t idleTimeoutMs = 0;
};

// A 0 leaves things as they are.
struct SessionChange {
  uint64_t ttlMs = 0;
  uint64_t idleTimeoutMs = 0;
  bool setsMetadata = false;
  Labels metadata;
};

// As a job it has the language, code, input, environment and wall time of the cell.
struct CellOrder : JobOrder {
  std::string context;
  uint64_t timeoutMs = 0;  // As in limits.
  bool detach = false;
};

struct ContextOrder {
  std::string language;
  std::string name;
  std::string cwd;
};

struct TerminalSize {
  uint64_t rows = 0;  // 0: no terminal.
  uint64_t columns = 0;
};

// As a job it has the arguments (the program is the first), input, environment and wall time.
struct CommandOrder : JobOrder {
  std::string line;  // For a shell, instead of arguments.
  std::string cwd;
  bool keepStdinOpen = false;
  TerminalSize terminal;
  uint64_t timeoutMs = 0;  // As in limits.
  bool background = false;
  std::string tag;
};

struct CommandInput {
  std::string data;
  std::string encoding;
  bool close = false;
};

struct SignalOrder {
  std::string name;  // "SIGINT"
};

// No less than the call to the supervisor will have.
uint64_t messageBytes(const SessionOrder& order);

// All but the tenant.
void writeSession(const SessionOrder& order, rpc::SessionSpec::Builder spec);
void writeLabels(const Labels& labels, capnp::List<rpc::Label>::Builder out);
void writeCell(const CellOrder& order, rpc::Cell::Builder cell);
void writeCommand(const CommandOrder& order, rpc::Command::Builder command);

// The number of a signal's name, "SIGINT" or "INT"; 0 if there is no such signal.
int signalNumber(const std::string& name);

}  // namespace brood::gateway
