#pragma once
// The events of a cell or a command while it runs, for one HTTP request.

#include <capnp/capability.h>

#include <optional>
#include <utility>

#include "gateway/jobs/event_relay.h"
#include "gateway/sessions/words/cell_formats.h"
#include "rpc/calls/result_json.h"

namespace brood::gateway {

// How a stream ends. The readers borrow from the response.
struct StreamEnd {
  std::optional<ApiError> error = {};
  std::optional<rpc::JobResult::Reader> job = {};
  NumberedEvents::WriteExit exit = {};  // Without an error.
};

kj::Promise<void> finishStream(EventRelay& relay, NumberedEvents& events, StreamEnd end,
                               ResponseWriter& writer);

// `makeSink` gives the capability for a relay, `send` the promise of the response once it has that;
// `judge` says what the response comes to, and `broken` what a call without one does. All of them
// and the events are borrowed until the promise is done.
template <typename MakeSink, typename Send, typename Judge, typename Broken>
kj::Promise<void> streamRun(NumberedEvents& events, ResponseWriter& writer, MakeSink makeSink,
                            Send send, Judge judge, Broken broken) {
  auto relay = kj::refcounted<EventRelay>(writer, events);
  auto& borrowed = *relay;
  auto sink = makeSink(kj::addRef(*relay));
  auto lost = relay->whenBroken();
  // The response may overtake output that still waits for a slow client; an empty call on our own
  // sink queues behind it.
  auto finished = send(sink).then(
      [&borrowed, &events, &writer, sink,
       judge = kj::mv(judge)](auto&& response) mutable -> kj::Promise<void> {
        StreamEnd end = judge(response);
        return sink.outputRequest().send().then([&borrowed, &events, &writer, end = std::move(end),
                                                 held = kj::heap(kj::mv(response))]() mutable {
          return finishStream(borrowed, events, std::move(end), writer).attach(kj::mv(held));
        });
      },
      [&borrowed, broken = kj::mv(broken)](kj::Exception&& exception) mutable {
        return borrowed.fail(broken(exception));
      });
  auto detach = kj::defer([relay = kj::mv(relay)]() mutable { relay->detach(); });
  return finished.exclusiveJoin(kj::mv(lost)).attach(kj::mv(detach));
}

}  // namespace brood::gateway
