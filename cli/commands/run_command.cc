#include "cli/commands/run_command.h"

#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "cli/client/job_files.h"
#include "cli/client/job_language.h"
#include "cli/client/job_report.h"
#include "cli/client/output_relay.h"
#include "cli/client/own_files.h"
#include "cli/client/rpc_json.h"
#include "cli/client/supervisor_client.h"
#include "cli/terminal/cli_error.h"
#include "cli/terminal/exit_codes.h"
#include "cli/terminal/output.h"

namespace brood::cli {
namespace {

// Like any program the job reads what we are given; a terminal only where that is asked for, since
// nothing starts before its end.
std::string readInput(const RunArguments& arguments) {
  if (!arguments.stdinPath.empty()) return readAll(arguments.stdinPath);
  return arguments.file == "-" || ::isatty(STDIN_FILENO) ? "" : readAll("-");
}

// As the program's file is called here; empty where there is none.
std::string ownName(const std::string& file) {
  return file == "-" ? "" : std::filesystem::path(file).filename().string();
}

capnp::Data::Reader asData(const std::string& text) {
  return {reinterpret_cast<const kj::byte*>(text.data()), text.size()};
}

void fillNetwork(const RunArguments& arguments, rpc::Job::Builder job) {
  if (!arguments.allow.empty()) {
    auto entries = job.initNetwork().initNarrowed(static_cast<unsigned>(arguments.allow.size()));
    for (unsigned i = 0; i < entries.size(); ++i) entries.set(i, arguments.allow[i]);
  } else if (arguments.network == "on") {
    job.initNetwork().setOn();
  } else if (arguments.network == "off") {
    job.initNetwork().setOff();
  }
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
  job.setMergeOutput(arguments.mergeOutput);
  fillNetwork(arguments, job);
  job.setFileName(ownName(arguments.file));
  writeLimits(arguments.limits, job.initLimits());
}

// Prints the results that were shown too late to be streamed.
void showLast(rpc::JobResult::Reader result, std::vector<ShownForm>& shown) {
  for (auto each : result.getResults()) {
    shown.push_back(ShownForm::of(each));
    if (shown.back().isText()) print((shown.back().data + "\n"));
  }
}

int finish(const RunArguments& arguments, rpc::RunOutcome::Reader outcome,
           std::vector<ShownForm>& shown) {
  if (outcome.isRejected()) {
    if (arguments.json) print(jsonText(rejectionJson(outcome.getRejected())));
    throw CliError(rejectionLine(outcome.getRejected()), kBroodFailedExitCode);
  }
  auto result = outcome.getResult();
  if (arguments.json) {
    print(jsonText(resultJson(result)));
    for (auto each : result.getResults()) shown.push_back(ShownForm::of(each));
  } else {
    // The compiler's messages go to stderr, as on a terminal.
    auto said = result.getCompile().getStderr();
    std::fwrite(said.begin(), 1, said.size(), stderr);
    showLast(result, shown);
    std::fputs(verdictLine(result).c_str(), stderr);
    std::fputs(skippedLines(result).c_str(), stderr);
    if (arguments.outputDir.empty()) std::fputs(unseenLines(shown).c_str(), stderr);
  }
  if (!arguments.outputDir.empty()) {
    std::fputs(saveFiles(result, shown, arguments.outputDir).c_str(), stderr);
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

int runCommand(const RunArguments& arguments, const std::string& socketPath,
               const RunTenant& tenant) {
  std::string code = readAll(arguments.file);
  std::string input = readInput(arguments);

  // The reader of our output may leave; we then cancel the job rather than die with it running.
  ::signal(SIGPIPE, SIG_IGN);
  UvAsyncIo io;
  UvSignal interrupt(io.port(), SIGINT);
  UvSignal terminate(io.port(), SIGTERM);
  SupervisorClient client(io, socketPath);

  std::string language = arguments.language;
  if (language.empty()) {
    auto known = client.supervisor().runtimesRequest().send().wait(io.waitScope());
    language = languageOfFile(arguments.file, code, known.getRuntimes());
  }

  auto request = client.supervisor().runRequest();
  auto job = request.initJob();
  fillJob(arguments, language, code, input, job);
  job.setTenant(tenant.name);
  job.setTenantJobs(tenant.jobsAtOnce);
  std::vector<ShownForm> shown;
  auto outputLost = kj::newPromiseAndFulfiller<int>();
  rpc::OutputSink::Client sink = nullptr;
  if (!arguments.json) {
    sink = kj::heap<OutputRelay>(kj::mv(outputLost.fulfiller), shown);
    request.setSink(sink);
  }

  // The first of these promises ends the wait; dropping the call cancels the job. The answer is
  // examined outside of the promises, which would wrap our own errors.
  kj::Maybe<RunResponse> answer;
  auto ended = request.send().then([&](RunResponse&& response) -> kj::Promise<int> {
    answer = kj::mv(response);
    if (arguments.json) return 0;
    // It may overtake the last of the output, which an empty call on our own sink queues behind.
    return sink.outputRequest().send().then([] { return 0; });
  });
  int lostBy = 0;
  int exitCode = awaitJob(ended.exclusiveJoin(interrupt.next().then([] { return 128 + SIGINT; }))
                              .exclusiveJoin(terminate.next().then([] { return 128 + SIGTERM; }))
                              .exclusiveJoin(outputLost.promise.then([&lostBy](int error) {
                                lostBy = error;
                                return 128 + SIGPIPE;
                              })),
                          io.waitScope());
  if (lostBy != 0) throw OutputLost(lostBy);
  KJ_IF_MAYBE (response, answer) {
    exitCode = finish(arguments, response->getOutcome(), shown);
  }
  return exitCode;
}

}  // namespace brood::cli
