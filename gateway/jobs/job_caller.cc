#include "gateway/jobs/job_caller.h"

#include "gateway/jobs/answer_pieces.h"
#include "gateway/jobs/event_relay.h"
#include "gateway/jobs/rpc_errors.h"
#include "rpc/calls/result_json.h"

namespace brood::gateway {
namespace {

using RunRequest = capnp::Request<rpc::Supervisor::RunParams, rpc::Supervisor::RunResults>;
using RunResponse = capnp::Response<rpc::Supervisor::RunResults>;

// One segment for the whole message: no second allocation, no second write.
capnp::MessageSize sizeHint(uint64_t messageBytes) {
  return {messageBytes / sizeof(capnp::word), 1};
}

ApiError jobTooLarge(uint64_t bytes, uint64_t most) {
  return {413,
          "job_too_large",
          "the job must not exceed " + std::to_string(most) + " bytes, its parts together have " +
              std::to_string(bytes),
          {},
          {}};
}

kj::Promise<void> sendResult(const AnswerFormat& format, ResponseWriter& writer,
                             RunResponse response, const MaybeTrace& trace) {
  const auto result = response.getOutcome().getResult();
  const uint64_t payload = payloadBytes(result);
  const bool isSmall = payload <= kSmallPayloadBytes;
  std::string text;
  text.reserve(1024 + (isSmall ? payload * 9 / 8 : kSmallPayloadBytes));
  JsonGaps gaps;
  format.appendAnswer(text, isSmall ? nullptr : &gaps, result, trace);
  const bool hasGaps = !gaps.empty();
  KJ_IF_MAYBE (sent, sendJson(std::move(text), std::move(gaps), payload, writer)) {
    if (!hasGaps) return kj::mv(*sent);
    return sent->attach(kj::heap(kj::mv(response)));
  }
  return writer.send(format.refusal(buffersFull()));
}

ApiError tell(JobTicket* ticket, ApiError error) {
  if (ticket != nullptr) ticket->reject(error);
  return error;
}

void tell(JobTicket* ticket, rpc::RunOutcome::Reader outcome) {
  if (ticket == nullptr) return;
  if (outcome.isRejected()) {
    ticket->reject(fromRejection(outcome.getRejected()));
  } else {
    ticket->finish(outcome.getResult());
  }
}

kj::Promise<void> finishStream(EventRelay& relay, kj::Own<RunResponse> response) {
  const auto outcome = response->getOutcome();
  auto finished = outcome.isRejected() ? relay.fail(fromRejection(outcome.getRejected()))
                                       : relay.finish(outcome.getResult());
  return finished.attach(kj::mv(response));
}

}  // namespace

// One call to the supervisor. It is gone by the time there is an answer, and the memory that the
// order took with it.
struct JobCaller::Call {
  RunRequest run;
  uint64_t requestBytes;
  std::unique_ptr<JobTicket> ticket;  // Null without a desk.

  kj::Promise<RunResponse> send();
};

kj::Promise<RunResponse> JobCaller::Call::send() {
  if (ticket) {
    KJ_IF_MAYBE (kept, ticket->whenKept()) {
      return kept->then(
          [held = kj::mv(run)]() mutable -> kj::Promise<RunResponse> { return held.send(); });
    }
  }
  return run.send();
}

std::variant<JobCaller::Call, ApiError> JobCaller::newCall(const JobOrder& order,
                                                           uint64_t requestBytes,
                                                           ResponseWriter& writer) {
  const uint64_t bytes = messageBytes(order);
  if (bytes > maxMessageBytes_) return jobTooLarge(bytes, maxMessageBytes_);
  KJ_IF_MAYBE (supervisor, link_.supervisor()) {
    Call call{supervisor->runRequest(sizeHint(bytes)), requestBytes, nullptr};
    if (desk_ != nullptr) {
      auto admitted = desk_->admit(order);
      if (auto* error = std::get_if<ApiError>(&admitted)) return std::move(*error);
      call.ticket = std::move(std::get<std::unique_ptr<JobTicket>>(admitted));
    }
    auto job = call.run.initJob();
    writeOrder(order, job);
    if (call.ticket) {
      call.ticket->write(job);
      for (const auto& [name, value] : call.ticket->headers()) writer.addHeader(name, value);
    }
    return call;
  }
  return supervisorUnavailable();
}

kj::Promise<void> JobCaller::answer(const JobOrder& order, uint64_t requestBytes, MaybeTrace trace,
                                    const AnswerFormat& format, ResponseWriter& writer) {
  auto made = newCall(order, requestBytes, writer);
  if (const auto* error = std::get_if<ApiError>(&made)) return writer.send(format.refusal(*error));
  auto& call = std::get<Call>(made);
  auto sent = call.send();
  auto* ticket = call.ticket.get();
  note(trace, "gateway.sent");
  auto answered = sent.then(
      [&format, &writer, ticket, requestBytes, trace = kj::mv(trace)](RunResponse&& response) {
        note(trace, "gateway.result");
        writer.share().giveBack(requestBytes);
        tell(ticket, response.getOutcome());
        const auto outcome = response.getOutcome();
        if (outcome.isRejected()) {
          return writer.send(format.refusal(fromRejection(outcome.getRejected())));
        }
        return sendResult(format, writer, kj::mv(response), trace);
      },
      [&format, &writer, ticket](kj::Exception&& exception) {
        return writer.send(format.refusal(tell(ticket, fromBrokenCall(exception))));
      });
  if (ticket == nullptr) return answered;
  return answered.attach(kj::heap(std::move(call.ticket)));
}

kj::Promise<void> JobCaller::stream(const JobOrder& order, uint64_t requestBytes,
                                    const EventFormat& format, ResponseWriter& writer) {
  auto made = newCall(order, requestBytes, writer);
  if (const auto* error = std::get_if<ApiError>(&made)) return writer.send(format.refusal(*error));
  auto& call = std::get<Call>(made);
  auto* ticket = call.ticket.get();
  auto relay = kj::refcounted<EventRelay>(writer, format);
  auto& borrowed = *relay;
  auto sink = newRelaySink(kj::addRef(*relay));
  call.run.setSink(sink);
  auto broken = relay->whenBroken();
  // The result may overtake output that still waits for a slow client. An empty call on our own
  // sink queues behind it, since streaming calls are delivered one after the other.
  auto finished = call.send().then(
      [&borrowed, &writer, ticket, requestBytes,
       sink](RunResponse&& response) mutable -> kj::Promise<void> {
        writer.share().giveBack(requestBytes);
        tell(ticket, response.getOutcome());
        const auto outcome = response.getOutcome();
        if (outcome.isResult() && !writer.share().reserve(payloadBytes(outcome.getResult()))) {
          return borrowed.fail(buffersFull());
        }
        return sink.outputRequest().send().then(
            [&borrowed, held = kj::heap(kj::mv(response))]() mutable {
              return finishStream(borrowed, kj::mv(held));
            });
      },
      [&borrowed, ticket](kj::Exception&& exception) -> kj::Promise<void> {
        return borrowed.fail(tell(ticket, fromBrokenCall(exception)));
      });
  auto detach = kj::defer(
      [relay = kj::mv(relay), held = std::move(call.ticket)]() mutable { relay->detach(); });
  return finished.exclusiveJoin(kj::mv(broken)).attach(kj::mv(detach));
}

}  // namespace brood::gateway
