#include "gateway/protocols/mcp/mcp_execution.h"

#include <algorithm>

#include "gateway/protocols/mcp/mcp_output.h"
#include "gateway/sessions/words/cell_error.h"
#include "rpc/calls/result_json.h"

namespace brood::gateway::mcp {
namespace {

// All that one run needs until it has been answered.
struct Running {
  RunTicket ticket;
  kj::Own<McpReply> reply;
  kj::Maybe<kj::Own<McpOutput>> output = {};  // Where progress is wanted.
  kj::Maybe<rpc::OutputSink::Client> sink = {};
  std::string session = {};
};

// A run that has ended, as the supervisor tells it. Borrows from the response.
struct Ended {
  std::optional<ApiError> error = {};
  std::optional<rpc::JobResult::Reader> job = {};
  std::optional<CellError> cellError = {};
};

Ended judge(rpc::RunOutcome::Reader outcome) {
  if (outcome.isRejected()) return {.error = fromRejection(outcome.getRejected())};
  return {.job = outcome.getResult()};
}

Ended judge(rpc::CellOutcome::Reader outcome) {
  if (outcome.isRejected()) return {.error = fromRejection(outcome.getRejected())};
  const auto cell = outcome.getResult();
  return {.job = cell.getJob(), .cellError = readCellError(asView(cell.getError()))};
}

Ended judge(rpc::CommandOutcome::Reader outcome) {
  if (outcome.isRejected()) return {.error = fromRejection(outcome.getRejected())};
  return {.job = outcome.getResult().getJob()};
}

McpRun runOf(const Running& running, Ended&& ended) {
  McpRun run{*ended.job, asView(ended.job->getStdout()), asView(ended.job->getStderr())};
  KJ_IF_MAYBE (output, running.output) {
    run.standardOutput = (*output)->standardOutput();
    run.standardError = (*output)->standardError();
    run.shown = (*output)->shown();
  }
  for (auto each : ended.job->getResults()) {
    run.shown.push_back({asView(each.getMime()), asView(each.getData()), each.getObject()});
  }
  run.error = std::move(ended.cellError);
  run.session = running.session;
  return run;
}

// The result may overtake output that still waits for a slow client; an empty call on our own sink
// queues behind it.
kj::Promise<void> whenOutputIsIn(Running& running) {
  KJ_IF_MAYBE (sink, running.sink) {
    return sink->outputRequest().send();
  }
  return kj::READY_NOW;
}

template <typename Response>
kj::Promise<void> finish(Running& running, Response&& response) {
  auto ended = judge(response.getOutcome());
  if (ended.error) return running.reply->fail(running.ticket.reject(*ended.error));
  running.ticket.finish(*ended.job);
  return whenOutputIsIn(running)
      .then([&running, ended = std::move(ended)]() mutable {
        auto run = kj::heap<McpRun>(runOf(running, std::move(ended)));
        auto& borrowed = *run;
        return running.reply->finish(borrowed).attach(kj::mv(run));
      })
      .attach(kj::heap(kj::mv(response)));
}

// Sends the call, with a sink where progress is wanted, and answers with what comes of it.
template <typename Params, typename Results>
kj::Promise<void> run(kj::Own<Running> running, capnp::Request<Params, Results> call) {
  auto& borrowed = *running;
  kj::Promise<void> broken = kj::NEVER_DONE;
  if (borrowed.reply->wantsProgress()) {
    auto output = kj::refcounted<McpOutput>(kj::addRef(*borrowed.reply));
    broken = output->whenBroken();
    rpc::OutputSink::Client sink = newOutputSink(kj::addRef(*output));
    call.setSink(sink);
    borrowed.output = kj::mv(output);
    borrowed.sink = kj::mv(sink);
  }
  return borrowed.ticket.send(kj::mv(call))
      .then([&borrowed](
                capnp::Response<Results>&& response) { return finish(borrowed, kj::mv(response)); },
            [&borrowed](kj::Exception&& exception) {
              return borrowed.reply->fail(borrowed.ticket.reject(fromBrokenCall(exception)));
            })
      .exclusiveJoin(kj::mv(broken))
      .catch_([&borrowed](kj::Exception&& exception) -> kj::Promise<void> {
        if (exception.getType() != kj::Exception::Type::OVERLOADED) return kj::mv(exception);
        return borrowed.reply->fail(borrowed.ticket.reject(buffersFull()));
      })
      .attach(kj::mv(running));
}

// A directory for a shell, whatever is in its name.
std::string shellQuoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

}  // namespace

kj::Promise<void> McpExecution::runJob(const JobOrder& order, kj::Own<McpReply> reply) {
  const uint64_t bytes = messageBytes(order);
  if (bytes > bounds_.maxMessageBytes) {
    return reply->fail(messageTooLarge(bytes, bounds_.maxMessageBytes)).attach(kj::mv(reply));
  }
  KJ_IF_MAYBE (supervisor, link_.supervisor()) {
    auto admitted = RunTicket::admit(calls_.jobs, order, reply->writer());
    if (const auto* error = std::get_if<ApiError>(&admitted)) {
      return reply->fail(*error).attach(kj::mv(reply));
    }
    auto running =
        kj::heap<Running>(Running{std::move(std::get<RunTicket>(admitted)), kj::mv(reply)});
    auto call = supervisor->runRequest();
    auto job = call.initJob();
    writeOrder(order, job);
    running->ticket.write(job);
    return run(kj::mv(running), kj::mv(call));
  }
  return reply->fail(supervisorUnavailable()).attach(kj::mv(reply));
}

template <typename Order, typename Start>
kj::Promise<void> McpExecution::inSession(Order order, kj::Own<McpReply> reply, Start start) {
  const uint64_t bytes = messageBytes(order);
  if (bytes > bounds_.maxMessageBytes) {
    return reply->fail(messageTooLarge(bytes, bounds_.maxMessageBytes)).attach(kj::mv(reply));
  }
  auto& borrowed = *reply;
  HttpRequest sender;
  sender.sender = order.sender;
  const std::string id = order.sessionId;
  const auto shared = std::make_shared<const Order>(std::move(order));
  return calls_
      .find(
          sender, id,
          [this, &borrowed, start, shared](rpc::Session::Client session,
                                           rpc::SessionInfo::Reader) -> kj::Promise<void> {
            auto admitted = RunTicket::admit(calls_.jobs, *shared, borrowed.writer());
            if (const auto* error = std::get_if<ApiError>(&admitted)) return borrowed.fail(*error);
            auto running = kj::heap<Running>(
                Running{std::move(std::get<RunTicket>(admitted)), kj::addRef(borrowed)});
            running->session = shared->sessionId;
            return run(kj::mv(running), start(*shared, session));
          },
          [&borrowed](const ApiError& error) { return borrowed.fail(error); })
      .attach(kj::mv(reply));
}

kj::Promise<void> McpExecution::runCode(McpArguments arguments,
                                        std::shared_ptr<const Sender> sender,
                                        kj::Own<McpReply> reply) {
  CellOrder order;
  order.sender = std::move(sender);
  order.sessionId = arguments.take("session");
  order.language = arguments.take("language");
  order.code = arguments.take("code");
  order.rich = true;
  order.limits.wallTimeMs = order.timeoutMs = arguments.milliseconds("timeout_seconds");
  if (!order.sessionId.empty()) {
    order.kind = JobOrder::Kind::cell;
    return inSession(std::move(order), kj::mv(reply),
                     [](const CellOrder& cell, rpc::Session::Client& session) {
                       auto call = session.executeRequest();
                       writeCell(cell, call.initCell());
                       return call;
                     });
  }
  if (order.language.empty()) order.language = "python";
  return runJob(order, kj::mv(reply));
}

kj::Promise<void> McpExecution::runCommand(McpArguments arguments,
                                           std::shared_ptr<const Sender> sender,
                                           kj::Own<McpReply> reply) {
  CommandOrder order;
  order.sender = std::move(sender);
  order.sessionId = arguments.take("session");
  order.cwd = arguments.take("cwd");
  order.code = arguments.take("command");
  order.limits.wallTimeMs = order.timeoutMs = arguments.milliseconds("timeout_seconds");
  if (!order.sessionId.empty()) {
    order.kind = JobOrder::Kind::command;
    order.args = {"/bin/bash", "-c", order.code};
    return inSession(std::move(order), kj::mv(reply),
                     [](const CommandOrder& command, rpc::Session::Client& session) {
                       auto call = session.startRequest();
                       writeCommand(command, call.initCommand());
                       return call;
                     });
  }
  order.language = "bash";
  // On the line of the command, so that the shell's messages count lines as its author does.
  if (!order.cwd.empty()) {
    order.code.insert(0, "cd -- " + shellQuoted(order.cwd) + " || exit; ");
  }
  return runJob(order, kj::mv(reply));
}

}  // namespace brood::gateway::mcp
