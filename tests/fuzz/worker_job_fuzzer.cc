// Feeds bytes to a worker's channel. The supervisor is trusted, and still a worker must end on a
// malformed message rather than run something else, or take all memory.
//
// Properties: a message is refused with an exception or gives a job that, built anew, reads the
// same; the job is in proportion to its message.
#include <capnp/message.h>
#include <kj/debug.h>
#include <unistd.h>

#include <cstring>

#include "rpc/wire/fd_passing.h"
#include "tests/fuzz/property.h"
#include "zygote/worker/worker_channel.h"

namespace brood::fuzz {

using namespace zygote;

namespace {

// A socket takes this much at once.
constexpr size_t kMostBytes = 16 * 1024;

struct Job {
  std::string source, sourcePath;
  std::vector<std::string> args, command;
  std::vector<std::pair<std::string, std::string>> env;

  bool operator==(const Job&) const = default;
};

JobMessage received(std::string_view bytes) {
  auto [readEnd, writeEnd] = newStreamPair();
  const int writeFd = writeEnd.get();
  ssize_t count;
  KJ_SYSCALL(count = ::write(writeFd, bytes.data(), bytes.size()));
  require(static_cast<size_t>(count) == bytes.size(), "the socket takes the message");
  writeEnd.reset();
  return JobInbox(readEnd.get()).receive();
}

Job readJob(kj::ArrayPtr<const capnp::word> message) {
  const Surroundings surroundings;
  ReceivedJob job(message, surroundings);
  const JobSpec spec = job.spec();
  Job result;
  result.source.assign(spec.source.asChars().begin(), spec.source.size());
  result.sourcePath = spec.sourcePath.cStr();
  for (auto argument : spec.args) result.args.emplace_back(argument.cStr(), argument.size());
  for (auto word : spec.command) result.command.emplace_back(word.cStr(), word.size());
  for (auto& variable : spec.env) {
    result.env.emplace_back(std::string(variable.name.cStr(), variable.name.size()),
                            std::string(variable.value.cStr(), variable.value.size()));
  }
  return result;
}

capnp::Text::Reader asText(const std::string& text) { return {text.c_str(), text.size()}; }

kj::Array<capnp::word> rebuilt(const Job& job) {
  capnp::MallocMessageBuilder message;
  auto out = message.initRoot<wire::WorkerJob>();
  out.setSource({reinterpret_cast<const kj::byte*>(job.source.data()), job.source.size()});
  if (!job.sourcePath.empty()) {
    out.setSourceName(asText(job.sourcePath.substr(strlen("/workspace/"))));
  }
  auto args = out.initArgs(static_cast<unsigned>(job.args.size()));
  for (unsigned i = 0; i < args.size(); ++i) args.set(i, asText(job.args[i]));
  auto command = out.initCommand(static_cast<unsigned>(job.command.size()));
  for (unsigned i = 0; i < command.size(); ++i) command.set(i, asText(job.command[i]));
  auto env = out.initEnv(static_cast<unsigned>(job.env.size()));
  for (unsigned i = 0; i < env.size(); ++i) {
    env[i].setName(asText(job.env[i].first));
    env[i].setValue(asText(job.env[i].second));
  }
  return capnp::messageToFlatArray(message);
}

void check(std::string_view bytes) {
  bytes = bytes.substr(0, kMostBytes);
  Job job;
  auto refused = kj::runCatchingExceptions([&] {
    auto message = received(bytes);
    if (message.words.size() == 0) return;
    require(bytes.size() >= sizeof(WorkerJobHeader) + message.words.asBytes().size(),
            "no message is longer than what came");
    job = readJob(message.words);
  });
  if (refused != nullptr) return;
  require(job.args.size() + job.command.size() + job.env.size() <= 16 * bytes.size(),
          "a job is in proportion to its message");
  require(readJob(rebuilt(job)) == job, "built anew it is the same job");
}

}  // namespace
}  // namespace brood::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  brood::fuzz::check(brood::fuzz::textOf(data, size));
  return 0;
}
