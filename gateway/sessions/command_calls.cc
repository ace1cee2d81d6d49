#include "gateway/sessions/command_calls.h"

#include <signal.h>

#include "gateway/http/sse.h"
#include "gateway/jobs/answer_pieces.h"
#include "gateway/sessions/command_follower.h"
#include "gateway/sessions/run_stream.h"
#include "gateway/sessions/run_ticket.h"
#include "gateway/sessions/words/session_json.h"
#include "rpc/calls/result_json.h"

namespace brood::gateway {
namespace {

using StartRequest = capnp::Request<rpc::Session::StartParams, rpc::Session::StartResults>;
using StartResponse = capnp::Response<rpc::Session::StartResults>;

// One command until it has been answered.
struct RunningCommand {
  RunTicket ticket;
  NumberedEvents events = {};
};

// Tells the desk what has become of the command. Not null: why it has not run.
std::optional<ApiError> tell(RunTicket& ticket, rpc::CommandOutcome::Reader outcome) {
  if (outcome.isRejected()) return ticket.reject(fromRejection(outcome.getRejected()));
  const auto result = outcome.getResult();
  if (result.hasJob()) {
    ticket.finish(result.getJob());
  } else {
    ticket.letGo(asView(result.getCommand().getId()));
  }
  return {};
}

std::optional<rpc::JobResult::Reader> jobOf(rpc::CommandOutcome::Result::Reader result) {
  if (!result.hasJob()) return {};
  return result.getJob();
}

kj::Promise<void> sendWhole(StartResponse response, ResponseWriter& writer) {
  const auto result = response.getOutcome().getResult();
  const auto job = jobOf(result);
  const uint64_t payload = job ? payloadBytes(*job) : 0;
  std::string text;
  JsonGaps gaps;
  JsonWriter json(text, payload <= kSmallPayloadBytes ? nullptr : &gaps);
  writeCommandOutcome(json, result.getCommand(), job, true);
  if (!job) return writer.send(jsonResponse(std::move(text), 201));
  KJ_IF_MAYBE (sent, sendJson(std::move(text), std::move(gaps), payload, writer)) {
    return sent->attach(kj::heap(kj::mv(response)));
  }
  return writer.send(errorResponse(buffersFull()));
}

kj::Promise<void> answer(RunningCommand& command, StartRequest call, ResponseWriter& writer) {
  return command.ticket.send(kj::mv(call))
      .then(
          [&command, &writer](StartResponse&& response) {
            if (const auto error = tell(command.ticket, response.getOutcome())) {
              return writer.send(errorResponse(*error));
            }
            return sendWhole(kj::mv(response), writer);
          },
          [&command, &writer](kj::Exception&& exception) {
            return writer.send(errorResponse(command.ticket.reject(fromBrokenCall(exception))));
          });
}

StreamEnd endOf(rpc::CommandOutcome::Reader outcome) {
  if (outcome.isRejected()) return {.error = fromRejection(outcome.getRejected())};
  const auto result = outcome.getResult();
  const auto job = jobOf(result);
  return {.job = job, .exit = [result, job](JsonWriter& json) {
            writeCommandOutcome(json, result.getCommand(), job, false);
          }};
}

kj::Promise<void> stream(RunningCommand& command, StartRequest call, ResponseWriter& writer) {
  return streamRun(
      command.events, writer, newRelaySink,
      [&command, &call](rpc::OutputSink::Client sink) {
        call.setSink(sink);
        return command.ticket.send(kj::mv(call));
      },
      [&command](StartResponse& response) {
        tell(command.ticket, response.getOutcome());
        return endOf(response.getOutcome());
      },
      [&command](kj::Exception& exception) {
        return command.ticket.reject(fromBrokenCall(exception));
      });
}

kj::Promise<void> followEvents(NumberedEvents& events, rpc::Session::Client session,
                               kj::StringPtr id, ResponseWriter& writer) {
  auto call = session.followRequest();
  call.setId(id);
  return streamRun(
      events, writer, newFollowSink,
      [&call](rpc::CommandSink::Client sink) {
        call.setSink(sink);
        return kj::Promise<capnp::Response<rpc::Session::FollowResults>>(call.send());
      },
      [](capnp::Response<rpc::Session::FollowResults>& response) {
        return endOf(response.getOutcome());
      },
      [](kj::Exception& exception) { return fromBrokenCall(exception); });
}

// A command in the background with its events: started first, then followed.
kj::Promise<void> startAndFollow(RunningCommand& command, StartRequest call,
                                 rpc::Session::Client session, ResponseWriter& writer) {
  return command.ticket.send(kj::mv(call))
      .then(
          [&command, &writer, session](StartResponse&& response) mutable {
            if (const auto error = tell(command.ticket, response.getOutcome())) {
              return writer.send(errorResponse(*error));
            }
            const auto started = response.getOutcome().getResult().getCommand();
            return followEvents(command.events, session, started.getId(), writer);
          },
          [&command, &writer](kj::Exception&& exception) {
            return writer.send(errorResponse(command.ticket.reject(fromBrokenCall(exception))));
          });
}

// Goes on with the session and the name of the command that the path has.
template <typename Then>
kj::Promise<void> withCommand(SessionCalls& calls, HttpRequest& request, ResponseWriter& writer,
                              Then then) {
  auto id = nameInPath(request, 1);
  if (const auto* error = std::get_if<ApiError>(&id)) return writer.send(errorResponse(*error));
  return calls.withSession(request, writer,
                           [id = std::move(std::get<std::string>(id)), then](
                               rpc::Session::Client session, rpc::SessionInfo::Reader) {
                             return then(session, asText(id));
                           });
}

}  // namespace

void CommandCalls::addRoutes(Router& router) {
  const auto add = [this, &router](const char* method, const char* path, HandlerMember member) {
    router.add(
        method, path,
        [this, member](HttpRequest& request, ResponseWriter& writer) {
          return (this->*member)(request, writer);
        },
        Need::session);
  };
  add("POST", "/v1/sessions/{id}/commands", &CommandCalls::start);
  add("GET", "/v1/sessions/{id}/commands", &CommandCalls::list);
  add("GET", "/v1/sessions/{id}/commands/{command}/events", &CommandCalls::follow);
  add("POST", "/v1/sessions/{id}/commands/{command}/stdin", &CommandCalls::write);
  add("POST", "/v1/sessions/{id}/commands/{command}/signal", &CommandCalls::signal);
  add("POST", "/v1/sessions/{id}/commands/{command}/resize", &CommandCalls::resize);
  add("DELETE", "/v1/sessions/{id}/commands/{command}", &CommandCalls::end);
}

kj::Promise<void> CommandCalls::run(const CommandOrder& order, rpc::Session::Client session,
                                    bool asEvents, ResponseWriter& writer) {
  auto admitted = RunTicket::admit(calls_.jobs, order, writer);
  if (const auto* error = std::get_if<ApiError>(&admitted)) {
    return writer.send(errorResponse(*error));
  }
  auto command = kj::heap<RunningCommand>(RunningCommand{std::move(std::get<RunTicket>(admitted))});
  auto& borrowed = *command;
  auto call = session.startRequest();
  writeCommand(order, call.initCommand());
  auto going = !asEvents          ? answer(borrowed, kj::mv(call), writer)
               : order.background ? startAndFollow(borrowed, kj::mv(call), session, writer)
                                  : stream(borrowed, kj::mv(call), writer);
  return going.attach(kj::mv(command));
}

kj::Promise<void> CommandCalls::start(HttpRequest& request, ResponseWriter& writer) {
  if (const auto error = refuseType(request)) return writer.send(errorResponse(*error));
  auto read = calls_.requests.command(request.body);
  request.body = {};
  if (const auto* error = std::get_if<ApiError>(&read)) return writer.send(errorResponse(*error));
  auto order = kj::heap<CommandOrder>(std::move(std::get<CommandOrder>(read)));
  const uint64_t bytes = messageBytes(*order);
  if (bytes > calls_.maxMessageBytes) {
    return writer.send(errorResponse(messageTooLarge(bytes, calls_.maxMessageBytes)));
  }
  order->sender = request.sender;
  const bool asEvents = acceptsEventStream(request.accept);
  auto& borrowed = *order;
  return calls_
      .withSession(request, writer,
                   [this, &borrowed, &writer, asEvents](rpc::Session::Client session,
                                                        rpc::SessionInfo::Reader info) {
                     // Gone once the call has been sent.
                     CommandOrder own = std::move(borrowed);
                     own.sessionId = std::string(asView(info.getId()));
                     return run(own, session, asEvents, writer);
                   })
      .attach(kj::mv(order));
}

kj::Promise<void> CommandCalls::list(HttpRequest& request, ResponseWriter& writer) {
  return calls_.withSession(request, writer,
                            [&writer](rpc::Session::Client, rpc::SessionInfo::Reader info) {
                              std::string text;
                              JsonWriter json(text);
                              json.beginObject().key("commands").beginArray();
                              for (auto command : info.getCommands())
                                writeCommandInfo(json, command);
                              json.endArray().endObject();
                              return writer.send(jsonResponse(std::move(text)));
                            });
}

kj::Promise<void> CommandCalls::follow(HttpRequest& request, ResponseWriter& writer) {
  auto events = kj::heap<NumberedEvents>();
  auto& borrowed = *events;
  return withCommand(calls_, request, writer,
                     [&borrowed, &writer](rpc::Session::Client session, kj::StringPtr id) {
                       return followEvents(borrowed, session, id, writer);
                     })
      .attach(kj::mv(events));
}

kj::Promise<void> CommandCalls::write(HttpRequest& request, ResponseWriter& writer) {
  if (const auto error = refuseType(request)) return writer.send(errorResponse(*error));
  auto read = calls_.requests.input(request.body);
  if (const auto* error = std::get_if<ApiError>(&read)) return writer.send(errorResponse(*error));
  return withCommand(calls_, request, writer,
                     [&writer, input = std::move(std::get<CommandInput>(read))](
                         rpc::Session::Client session, kj::StringPtr id) {
                       auto call = session.writeInputRequest();
                       call.setId(id);
                       call.setData(asData(input.data));
                       call.setThenClose(input.close);
                       return call.send().then(
                           [&writer](capnp::Response<rpc::Session::WriteInputResults>&& response) {
                             return writer.send(doneResponse(response.getOutcome()));
                           },
                           answerBroken(writer));
                     });
}

kj::Promise<void> CommandCalls::sendSignal(HttpRequest& request, ResponseWriter& writer,
                                           int number) {
  return withCommand(calls_, request, writer,
                     [&writer, number](rpc::Session::Client session, kj::StringPtr id) {
                       auto call = session.signalRequest();
                       call.setId(id);
                       call.setNumber(number);
                       return call.send().then(
                           [&writer](capnp::Response<rpc::Session::SignalResults>&& response) {
                             return writer.send(doneResponse(response.getOutcome()));
                           },
                           answerBroken(writer));
                     });
}

kj::Promise<void> CommandCalls::signal(HttpRequest& request, ResponseWriter& writer) {
  if (const auto error = refuseType(request)) return writer.send(errorResponse(*error));
  auto read = calls_.requests.signal(request.body);
  if (const auto* error = std::get_if<ApiError>(&read)) return writer.send(errorResponse(*error));
  return sendSignal(request, writer, signalNumber(std::get<SignalOrder>(read).name));
}

kj::Promise<void> CommandCalls::end(HttpRequest& request, ResponseWriter& writer) {
  return sendSignal(request, writer, SIGKILL);
}

kj::Promise<void> CommandCalls::resize(HttpRequest& request, ResponseWriter& writer) {
  if (const auto error = refuseType(request)) return writer.send(errorResponse(*error));
  auto read = calls_.requests.terminal(request.body);
  if (const auto* error = std::get_if<ApiError>(&read)) return writer.send(errorResponse(*error));
  return withCommand(calls_, request, writer,
                     [&writer, size = std::get<TerminalSize>(read)](rpc::Session::Client session,
                                                                    kj::StringPtr id) {
                       auto call = session.resizeRequest();
                       call.setId(id);
                       call.setRows(static_cast<uint16_t>(size.rows));
                       call.setColumns(static_cast<uint16_t>(size.columns));
                       return call.send().then(
                           [&writer](capnp::Response<rpc::Session::ResizeResults>&& response) {
                             return writer.send(doneResponse(response.getOutcome()));
                           },
                           answerBroken(writer));
                     });
}

}  // namespace brood::gateway
