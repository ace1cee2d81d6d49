#include "gateway/sessions/words/session_orders.h"

#include <signal.h>
#include <string.h>

#include "base/text.h"

namespace brood::gateway {
namespace {

unsigned countOf(size_t size) { return static_cast<unsigned>(size); }

}  // namespace

uint64_t messageBytes(const SessionOrder& order) {
  uint64_t bytes = 512 + messageBytes(order.env) + messageBytes(order.files);
  for (const auto& [name, value] : order.metadata) bytes += name.size() + value.size() + 48;
  for (const auto& entry : order.network.allow) bytes += entry.size() + 24;
  return bytes;
}

void writeLabels(const Labels& labels, capnp::List<rpc::Label>::Builder out) {
  for (unsigned i = 0; i < out.size(); ++i) {
    out[i].setName(asText(labels[i].first));
    out[i].setValue(asText(labels[i].second));
  }
}

void writeSession(const SessionOrder& order, rpc::SessionSpec::Builder spec) {
  spec.setLanguage(asText(order.language));
  spec.setProfile(asText(order.profile));
  writeEnvironment(order.env, spec.initEnv(countOf(order.env.size())));
  writeLimits(order.limits, spec.initLimits());
  writeFiles(order.files, spec.initFiles(countOf(order.files.size())));
  if (order.network.kind != NetworkOrder::Kind::unsaid) {
    writeNetwork(order.network, spec.initNetwork());
  }
  writeLabels(order.metadata, spec.initMetadata(countOf(order.metadata.size())));
  spec.setTtlMs(order.ttlMs);
  spec.setIdleTimeoutMs(order.idleTimeoutMs);
}

void writeCell(const CellOrder& order, rpc::Cell::Builder cell) {
  cell.setCode(asData(order.code));
  cell.setContext(asText(order.context));
  cell.setLanguage(asText(order.language));
  cell.setStdin(asData(order.stdinText));
  cell.setTimeoutMs(order.limits.wallTimeMs);
  writeEnvironment(order.env, cell.initEnv(countOf(order.env.size())));
  cell.setRich(order.rich);
  cell.setDetach(order.detach);
}

void writeCommand(const CommandOrder& order, rpc::Command::Builder command) {
  auto argv = command.initArgv(countOf(order.args.size()));
  for (unsigned i = 0; i < argv.size(); ++i) argv.set(i, asText(order.args[i]));
  command.setCwd(asText(order.cwd));
  writeEnvironment(order.env, command.initEnv(countOf(order.env.size())));
  command.setStdin(asData(order.stdinText));
  command.setKeepStdinOpen(order.keepStdinOpen);
  command.setRows(static_cast<uint16_t>(order.terminal.rows));
  command.setColumns(static_cast<uint16_t>(order.terminal.columns));
  command.setTimeoutMs(order.limits.wallTimeMs);
  command.setBackground(order.background);
  command.setTag(asText(order.tag));
}

int signalNumber(const std::string& name) {
  const std::string bare = name.starts_with("SIG") ? name.substr(3) : name;
  for (int number = 1; number < NSIG; ++number) {
    const char* abbreviation = sigabbrev_np(number);
    if (abbreviation != nullptr && bare == abbreviation) return number;
  }
  return 0;
}

}  // namespace brood::gateway
