#include "cli/run_command.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <optional>

#include "cli/cli_error.h"
#include "cli/exit_codes.h"
#include "cli/job_files.h"
#include "cli/job_language.h"
#include "cli/job_report.h"
#include "cli/output_relay.h"
#include "cli/rpc_json.h"
#include "cli/supervisor_client.h"
#include "rpc/owned_fd.h"

namespace brood {
namespace {

[[noreturn]] void refuseToRead(const std::string& path) {
  throw CliError("cannot read " + path + ": " + std::strerror(errno), kBroodFailedExitCode);
}

std::string readAll(const std::string& path) {
  bool isOurs = path == "-";
  OwnedFd opened(isOurs ? -1 : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!isOurs && !opened) refuseToRead(path);
  int fd = isOurs ? STDIN_FILENO : opened.get();
  std::string content;
  char buffer[16'384];
  for (;;) {
    ssize_t got = ::read(fd, buffer, sizeof(buffer));
    if (got == 0) return content;
    if (got > 0) {
      content.append(buffer, static_cast<size_t>(got));
    } else if (errno != EINTR) {
      refuseToRead(path);
    }
  }
}

capnp::Data::Reader asData(const std::string& text) {
  return {reinterpret_cast<const kj::byte*>(text.data()), text.size()};
}

void fillJob(const RunArguments& arguments, const std::string& language, const std::string& code,
             const std::string& input, rpc::Job::Builder job) {
  job.setLanguage(language);
  job.setProfile(arguments.profile);
  job.setCode(asData(code));
  job.setStdin(asData(input));
  auto args = job.initArgs(static_cast<unsigned>(arguments.args.size()));
  for (unsigned i = 0; i < args.size(); ++i) args.set(i, arguments.args[i]);
  auto environment = job.initEnv(static_cast<unsigned>(arguments.environment.size()));
  for (unsigned i = 0; i < environment.size(); ++i) {
    environment[i].setName(arguments.environment[i].first);
    environment[i].setValue(arguments.environment[i].second);
  }
  auto files = job.initFiles(static_cast<unsigned>(arguments.files.size()));
  for (unsigned i = 0; i < files.size(); ++i) {
    const auto& [path, name] = arguments.files[i];
    files[i].setPath(name);
    files[i].setContent(asData(readAll(path)));
    files[i].setExecutable(::access(path.c_str(), X_OK) == 0);
  }
  auto patterns = job.initCollect(static_cast<unsigned>(arguments.collect.size()));
  for (unsigned i = 0; i < patterns.size(); ++i) patterns.set(i, arguments.collect[i]);
  job.setRich(arguments.rich);
  writeLimits(arguments.limits, job.initLimits());
}

int finish(const RunArguments& arguments, rpc::RunOutcome::Reader outcome) {
  if (outcome.isRejected()) {
    if (arguments.json) std::fputs(jsonText(rejectionJson(outcome.getRejected())).c_str(), stdout);
    throw CliError(rejectionLine(outcome.getRejected()), kBroodFailedExitCode);
  }
  auto result = outcome.getResult();
  if (arguments.json) {
    std::fputs(jsonText(resultJson(result)).c_str(), stdout);
  } else {
    // What the compiler says of the source, as it would say it on a terminal.
    auto said = result.getCompile().getStderr();
    std::fwrite(said.begin(), 1, said.size(), stderr);
    std::fputs(shownText(result).c_str(), stdout);
    std::fputs(verdictLine(result).c_str(), stderr);
    std::fputs(skippedLines(result).c_str(), stderr);
  }
  if (!arguments.outputDir.empty()) {
    std::fputs(saveFiles(result, arguments.outputDir).c_str(), stderr);
  }
  if (arguments.timing) std::fputs(timingLine(result).c_str(), stderr);
  return exitCodeOf(result);
}

using RunResponse = capnp::Response<rpc::Supervisor::RunResults>;

int awaitJob(kj::Promise<int> job, kj::WaitScope& waitScope) try {
  return job.wait(waitScope);
} catch (const kj::Exception& error) {
  if (error.getType() != kj::Exception::Type::DISCONNECTED) throw;
  throw CliError("the supervisor went away while the job ran", kBroodFailedExitCode);
}

}  // namespace

int runCommand(const RunArguments& arguments, const std::string& socketPath) {
  std::string code = readAll(arguments.file);
  std::string input = arguments.stdinPath.empty() ? "" : readAll(arguments.stdinPath);

  // Who reads our output may leave; we then cancel the job rather than die with it running.
  ::signal(SIGPIPE, SIG_IGN);
  UvAsyncIo io;
  UvSignal interrupt(io.port(), SIGINT);
  UvSignal terminate(io.port(), SIGTERM);
  SupervisorClient client(io, socketPath);

  std::string language = arguments.language;
  if (language.empty()) {
    auto known = client.supervisor().runtimesRequest().send().wait(io.waitScope());
    language = languageOfFile(arguments.file, known.getRuntimes());
  }

  auto request = client.supervisor().runRequest();
  fillJob(arguments, language, code, input, request.initJob());
  auto outputGone = kj::newPromiseAndFulfiller<void>();
  if (!arguments.json) request.setSink(kj::heap<OutputRelay>(kj::mv(outputGone.fulfiller)));

  // Whatever comes first ends the wait; dropping the call cancels the job. The answer is looked at
  // outside of the promises, which would wrap our own errors.
  kj::Maybe<RunResponse> answer;
  auto ended = request.send().then([&](RunResponse&& response) {
    answer = kj::mv(response);
    return 0;
  });
  int exitCode = awaitJob(ended.exclusiveJoin(interrupt.next().then([] { return 128 + SIGINT; }))
                              .exclusiveJoin(terminate.next().then([] { return 128 + SIGTERM; }))
                              .exclusiveJoin(outputGone.promise.then([] { return 128 + SIGPIPE; })),
                          io.waitScope());
  KJ_IF_MAYBE (response, answer) {
    exitCode = finish(arguments, response->getOutcome());
  }
  return exitCode;
}

}  // namespace brood
