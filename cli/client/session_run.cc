#include "cli/client/session_run.h"

#include <signal.h>

#include "base/text.h"
#include "cli/client/job_report.h"
#include "cli/client/output_relay.h"
#include "cli/terminal/exit_codes.h"
#include "cli/terminal/output.h"
#include "rpc/loop/uv_event_port.h"

namespace brood::cli {
namespace {

constexpr int kInterrupted = 128 + SIGINT;

// A call until it is answered, or left.
template <typename Response>
struct Running {
  kj::Maybe<Response> answer;
  std::vector<ShownForm> shown;
  int lostBy = 0;
};

// Waits for the answer behind all of the output. `given` resolves when the run is to be left.
template <typename Response, typename Request>
Running<Response> follow(SessionClient& client, Request request, kj::Promise<void> given) {
  Running<Response> running;
  auto lost = kj::newPromiseAndFulfiller<int>();
  rpc::OutputSink::Client sink = kj::heap<OutputRelay>(kj::mv(lost.fulfiller), running.shown);
  request.setSink(sink);
  // It may overtake the last of the output, which an empty call on our own sink queues behind.
  auto ended = request.send().then([&running, sink](Response&& response) mutable {
    running.answer = kj::mv(response);
    return kj::Promise<void>(sink.outputRequest().send());
  });
  client.wait(
      ended.exclusiveJoin(kj::mv(given)).exclusiveJoin(lost.promise.then([&running](int error) {
        running.lostBy = error;
      })));
  if (running.lostBy != 0) throw OutputLost(running.lostBy);
  return running;
}

// Interrupts the context in which the cell runs. The cell's own context is known by its name, or is
// the one of those that are busy and may be it.
kj::Promise<void> interruptCell(rpc::Session::Client session, const CellAsk& ask) {
  return session.infoRequest().send().then(
      [session, &ask](capnp::Response<rpc::Session::InfoResults>&& response) mutable {
        kj::Promise<void> done = kj::READY_NOW;
        for (auto context : response.getInfo().getContexts()) {
          const bool isNamed = !ask.context.empty() && textOf(context.getId()) == ask.context;
          const bool isDefault = ask.context.empty() && context.getIsDefault() &&
                                 context.getState() == rpc::ContextState::BUSY;
          if (!isNamed && !isDefault) continue;
          auto call = session.interruptRequest();
          call.setId(context.getId());
          done = done.then([held = kj::mv(call)]() mutable { return held.send().ignoreResult(); });
        }
        return done;
      });
}

// Resolves at the second Ctrl-C.
kj::Promise<void> whenGivenUp(UvSignal& interrupt, rpc::Session::Client session,
                              const CellAsk& ask) {
  return interrupt.next().then([&interrupt, session, &ask]() mutable {
    return interruptCell(session, ask)
        .catch_([](kj::Exception&&) { /* The cell's own call tells. */ })
        .then([&interrupt] { return interrupt.next(); });
  });
}

std::string remarksOf(rpc::CellResult::Reader result) {
  std::string remarks = verdictLine(result.getJob());
  if (result.getContextState() == rpc::ContextState::LOST) {
    remarks += "brood: the interpreter has ended; the next cell gets a new one\n";
  } else if (result.getContextIsNew()) {
    remarks += "brood: this was the first cell of a new interpreter\n";
  }
  const auto late = result.getLateOutput().asChars();
  if (late.size() > 0) {
    remarks += "brood: written since the cell before: " + std::string(late.begin(), late.size());
    if (!remarks.ends_with('\n')) remarks += '\n';
  }
  return remarks;
}

void takeShown(rpc::JobResult::Reader result, std::vector<ShownForm>& shown) {
  for (auto each : result.getResults()) {
    shown.push_back(ShownForm::of(each));
    if (shown.back().isText()) print(shown.back().data + "\n");
  }
}

}  // namespace

RunEnding runCell(SessionClient& client, rpc::Session::Client session, const CellAsk& ask) {
  using Response = capnp::Response<rpc::Session::ExecuteResults>;
  UvSignal interrupt(client.io().port(), SIGINT);
  auto request = session.executeRequest();
  auto cell = request.initCell();
  cell.setCode(asData(ask.code));
  cell.setContext(ask.context);
  cell.setLanguage(ask.language);
  cell.setStdin(asData(ask.stdinText));
  cell.setTimeoutMs(ask.timeoutMs);
  cell.setRich(ask.rich);
  auto running = follow<Response>(client, kj::mv(request), whenGivenUp(interrupt, session, ask));
  RunEnding ending;
  ending.shown = std::move(running.shown);
  ending.exitCode = kInterrupted;
  KJ_IF_MAYBE (response, running.answer) {
    const auto outcome = response->getOutcome();
    if (outcome.isRejected()) refuse(outcome.getRejected());
    const auto result = outcome.getResult();
    takeShown(result.getJob(), ending.shown);
    ending.exitCode = exitCodeOf(result.getJob());
    ending.executionCount = result.getExecutionCount();
    ending.remarks = remarksOf(result);
  }
  return ending;
}

RunEnding runSessionCommand(SessionClient& client, rpc::Session::Client session,
                            const CommandAsk& ask) {
  using Response = capnp::Response<rpc::Session::StartResults>;
  UvSignal interrupt(client.io().port(), SIGINT);
  auto request = session.startRequest();
  auto command = request.initCommand();
  auto argv = command.initArgv(static_cast<unsigned>(ask.argv.size()));
  for (unsigned i = 0; i < argv.size(); ++i) argv.set(i, ask.argv[i]);
  command.setCwd(ask.cwd);
  command.setStdin(asData(ask.stdinText));
  command.setTimeoutMs(ask.timeoutMs);
  auto running = follow<Response>(client, kj::mv(request), interrupt.next());
  RunEnding ending;
  ending.shown = std::move(running.shown);
  ending.exitCode = kInterrupted;
  KJ_IF_MAYBE (response, running.answer) {
    const auto outcome = response->getOutcome();
    if (outcome.isRejected()) refuse(outcome.getRejected());
    const auto result = outcome.getResult();
    ending.exitCode = exitCodeOf(result.getJob());
    ending.remarks = verdictLine(result.getJob());
  }
  return ending;
}

}  // namespace brood::cli
