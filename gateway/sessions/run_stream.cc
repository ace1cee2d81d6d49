#include "gateway/sessions/run_stream.h"

namespace brood::gateway {

kj::Promise<void> finishStream(EventRelay& relay, NumberedEvents& events, StreamEnd end,
                               ResponseWriter& writer) {
  if (end.error) return relay.fail(*end.error);
  events.setExit(std::move(end.exit));
  if (!end.job) return relay.finish([&events] { return events.exit(); });
  if (!writer.share().reserve(payloadBytes(*end.job))) return relay.fail(buffersFull());
  return relay.finish(*end.job);
}

}  // namespace brood::gateway
