#pragma once
// An order is one value: everything that a caller wants done, in whatever protocol it has asked.

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "config/job_limits.h"
#include "gateway/access/sender.h"
#include "rpc/calls/supervisor.capnp.h"

namespace brood::gateway {

struct JobFile {
  std::string path;
  std::string content;
  bool executable = false;
};

struct NetworkOrder {
  enum class Kind { unsaid, off, on, narrowed } kind = Kind::unsaid;
  std::vector<std::string> allow;  // Only of one that is narrowed.
};

struct JobOrder {
  std::string language;
  std::string profile;
  std::string code;
  std::string stdinText;
  std::vector<std::string> args;
  std::vector<std::pair<std::string, std::string>> env;
  std::vector<JobFile> files;
  std::vector<std::string> collect;
  bool rich = false;
  bool trace = false;
  bool mergeOutput = false;
  NetworkOrder network;
  JobLimits limits;  // 0: not asked for.
  // The sender, for quotas and records; see HttpRequest.
  std::shared_ptr<const Sender> sender;
};

// No less than the call to the supervisor will have.
uint64_t messageBytes(const JobOrder& order);

void writeOrder(const JobOrder& order, rpc::Job::Builder job);

}  // namespace brood::gateway
