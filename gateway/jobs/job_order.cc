#include "gateway/jobs/job_order.h"

#include "base/text.h"

namespace brood::gateway {

// Cap'n Proto's encoding: a pointer of 8 bytes to each text, which ends in a NUL and on a word; a
// list's struct has a word for each pointer, one for its flags.
uint64_t messageBytes(const JobOrder& order) {
  uint64_t bytes = 512 + order.code.size() + order.stdinText.size();
  for (const auto& arg : order.args) bytes += arg.size() + 24;
  bytes += messageBytes(order.env) + messageBytes(order.files);
  for (const auto& pattern : order.collect) bytes += pattern.size() + 24;
  for (const auto& entry : order.network.allow) bytes += entry.size() + 24;
  return bytes;
}

uint64_t messageBytes(const std::vector<std::pair<std::string, std::string>>& env) {
  uint64_t bytes = 0;
  for (const auto& [name, value] : env) bytes += name.size() + value.size() + 48;
  return bytes;
}

uint64_t messageBytes(const std::vector<JobFile>& files) {
  uint64_t bytes = 0;
  for (const auto& file : files) bytes += file.path.size() + file.content.size() + 48;
  return bytes;
}

void writeEnvironment(const std::vector<std::pair<std::string, std::string>>& env,
                      capnp::List<rpc::EnvVar>::Builder out) {
  for (unsigned i = 0; i < out.size(); ++i) {
    out[i].setName(asText(env[i].first));
    out[i].setValue(asText(env[i].second));
  }
}

void writeFiles(const std::vector<JobFile>& files, capnp::List<rpc::InputFile>::Builder out) {
  for (unsigned i = 0; i < out.size(); ++i) {
    out[i].setPath(asText(files[i].path));
    out[i].setContent(asData(files[i].content));
    out[i].setExecutable(files[i].executable);
  }
}

void writeNetwork(const NetworkOrder& order, rpc::Network::Builder network) {
  switch (order.kind) {
    case NetworkOrder::Kind::unsaid:
      return network.setUnsaid();
    case NetworkOrder::Kind::off:
      return network.setOff();
    case NetworkOrder::Kind::on:
      return network.setOn();
    case NetworkOrder::Kind::narrowed:
      break;
  }
  auto entries = network.initNarrowed(static_cast<unsigned>(order.allow.size()));
  for (unsigned i = 0; i < entries.size(); ++i) entries.set(i, asText(order.allow[i]));
}

void writeOrder(const JobOrder& order, rpc::Job::Builder job) {
  job.setLanguage(asText(order.language));
  job.setProfile(asText(order.profile));
  job.setCode(asData(order.code));
  job.setStdin(asData(order.stdinText));
  auto args = job.initArgs(static_cast<unsigned>(order.args.size()));
  for (unsigned i = 0; i < args.size(); ++i) args.set(i, asText(order.args[i]));
  writeEnvironment(order.env, job.initEnv(static_cast<unsigned>(order.env.size())));
  writeFiles(order.files, job.initFiles(static_cast<unsigned>(order.files.size())));
  auto patterns = job.initCollect(static_cast<unsigned>(order.collect.size()));
  for (unsigned i = 0; i < patterns.size(); ++i) patterns.set(i, asText(order.collect[i]));
  job.setRich(order.rich);
  job.setTrace(order.trace);
  job.setMergeOutput(order.mergeOutput);
  if (order.network.kind != NetworkOrder::Kind::unsaid) {
    writeNetwork(order.network, job.initNetwork());
  }
  writeLimits(order.limits, job.initLimits());
}

}  // namespace brood::gateway
