#include "gateway/sessions/cell_calls.h"

#include "gateway/http/sse.h"
#include "gateway/jobs/answer_pieces.h"
#include "gateway/sessions/run_stream.h"
#include "gateway/sessions/run_ticket.h"
#include "gateway/sessions/words/session_json.h"
#include "rpc/calls/result_json.h"

namespace brood::gateway {
namespace {

using ExecuteRequest = capnp::Request<rpc::Session::ExecuteParams, rpc::Session::ExecuteResults>;
using CellResponse = capnp::Response<rpc::Session::ExecuteResults>;

// One cell until it has been answered.
struct RunningCell {
  RunTicket ticket;
  NumberedEvents events = {};
};

// Tells the desk what has become of the cell. Not null: why it has no result.
std::optional<ApiError> tell(RunTicket& ticket, rpc::CellOutcome::Reader outcome) {
  if (outcome.isRejected()) return ticket.reject(fromRejection(outcome.getRejected()));
  ticket.finish(outcome.getResult().getJob());
  return {};
}

kj::Promise<void> sendWhole(CellResponse response, ResponseWriter& writer) {
  const auto result = response.getOutcome().getResult();
  const uint64_t payload = payloadBytes(result.getJob()) + result.getLateOutput().size();
  const bool isSmall = payload <= kSmallPayloadBytes;
  std::string text;
  text.reserve(1024 + (isSmall ? payload * 9 / 8 : kSmallPayloadBytes));
  JsonGaps gaps;
  JsonWriter json(text, isSmall ? nullptr : &gaps);
  writeCellResult(json, result, true);
  KJ_IF_MAYBE (sent, sendJson(std::move(text), std::move(gaps), payload, writer)) {
    return sent->attach(kj::heap(kj::mv(response)));
  }
  return writer.send(errorResponse(buffersFull()));
}

kj::Promise<void> answer(RunningCell& cell, ExecuteRequest call, ResponseWriter& writer) {
  return cell.ticket.send(kj::mv(call))
      .then(
          [&cell, &writer](CellResponse&& response) {
            if (const auto error = tell(cell.ticket, response.getOutcome())) {
              return writer.send(errorResponse(*error));
            }
            return sendWhole(kj::mv(response), writer);
          },
          [&cell, &writer](kj::Exception&& exception) {
            return writer.send(errorResponse(cell.ticket.reject(fromBrokenCall(exception))));
          });
}

StreamEnd endOf(RunTicket& ticket, rpc::CellOutcome::Reader outcome) {
  if (auto error = tell(ticket, outcome)) return {.error = std::move(error)};
  const auto result = outcome.getResult();
  return {.job = result.getJob(),
          .exit = [result](JsonWriter& json) { writeCellResult(json, result, false); }};
}

kj::Promise<void> stream(RunningCell& cell, ExecuteRequest call, ResponseWriter& writer) {
  return streamRun(
      cell.events, writer, newRelaySink,
      [&cell, &call](rpc::OutputSink::Client sink) {
        call.setSink(sink);
        return cell.ticket.send(kj::mv(call));
      },
      [&cell](CellResponse& response) { return endOf(cell.ticket, response.getOutcome()); },
      [&cell](kj::Exception& exception) { return cell.ticket.reject(fromBrokenCall(exception)); });
}

}  // namespace

void CellCalls::addRoutes(Router& router) {
  router.add(
      "POST", "/v1/sessions/{id}/execute",
      [this](HttpRequest& request, ResponseWriter& writer) { return execute(request, writer); },
      Need::session);
}

kj::Promise<void> CellCalls::run(const CellOrder& order, rpc::Session::Client session,
                                 bool asEvents, ResponseWriter& writer) {
  auto admitted = RunTicket::admit(calls_.jobs, order, writer);
  if (const auto* error = std::get_if<ApiError>(&admitted)) {
    return writer.send(errorResponse(*error));
  }
  auto cell = kj::heap<RunningCell>(RunningCell{std::move(std::get<RunTicket>(admitted))});
  auto& borrowed = *cell;
  auto call = session.executeRequest();
  writeCell(order, call.initCell());
  return (asEvents ? stream(borrowed, kj::mv(call), writer)
                   : answer(borrowed, kj::mv(call), writer))
      .attach(kj::mv(cell));
}

kj::Promise<void> CellCalls::execute(HttpRequest& request, ResponseWriter& writer) {
  if (const auto error = refuseType(request)) return writer.send(errorResponse(*error));
  auto read = calls_.requests.cell(request.body);
  request.body = {};
  if (const auto* error = std::get_if<ApiError>(&read)) return writer.send(errorResponse(*error));
  auto order = kj::heap<CellOrder>(std::move(std::get<CellOrder>(read)));
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
                     CellOrder own = std::move(borrowed);
                     own.sessionId = std::string(asView(info.getId()));
                     return run(own, session, asEvents, writer);
                   })
      .attach(kj::mv(order));
}

}  // namespace brood::gateway
