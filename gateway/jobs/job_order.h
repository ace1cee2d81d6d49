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
  // A cell or a command of a session is let in and told of as a job is. Its limits and its profile
  // are the session's, but for the wall time.
  enum class Kind { job, cell, command } kind = Kind::job;
  std::string sessionId;  // Not of a job.
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

// The parts that a session's order has as well.
uint64_t messageBytes(const std::vector<std::pair<std::string, std::string>>& env);
uint64_t messageBytes(const std::vector<JobFile>& files);
void writeEnvironment(const std::vector<std::pair<std::string, std::string>>& env,
                      capnp::List<rpc::EnvVar>::Builder out);
void writeFiles(const std::vector<JobFile>& files, capnp::List<rpc::InputFile>::Builder out);
// Not of one that is unsaid.
void writeNetwork(const NetworkOrder& order, rpc::Network::Builder network);

void writeOrder(const JobOrder& order, rpc::Job::Builder job);

}  // namespace brood::gateway
