#pragma once
// A running job's output on its way to an event stream.

#include <kj/async.h>
#include <kj/refcount.h>

#include <string>
#include <string_view>

#include "gateway/http/error_response.h"
#include "gateway/http/response_writer.h"
#include "rpc/utf8.h"
#include "rpc/supervisor.capnp.h"

namespace brood {

// Shared between the HTTP request, which ends it by detach(), and the RPC capability given to the
// supervisor, which may live longer. Flow control: a promise of output() resolves when the client's
// connection has taken the event, and until then the supervisor sends no more than its window.
class EventRelay final : public kj::Refcounted {
 public:
  // Borrowed until detach().
  explicit EventRelay(ResponseWriter& writer) : writer_(&writer) {}

  // Opens the stream unless it is open.
  kj::Promise<void> started(std::string_view id, std::string_view start);
  kj::Promise<void> output(rpc::OutputStream stream, std::string_view bytes);
  // `exit`, preceded by what is left of the output, by rich results and by files; ends the stream.
  kj::Promise<void> finish(rpc::JobResult::Reader result);
  // As an `error` event once the stream is open, else as a plain JSON response.
  kj::Promise<void> fail(const ApiError& error);

  // Broken when the client can no longer be written to.
  kj::Promise<void> whenBroken();
  // The request is over. Later events are refused, so that the job's supervisor notices too.
  void detach();

 private:
  kj::Promise<void> send(std::string bytes);
  kj::Promise<void> watched(kj::Promise<void> written);
  ResponseWriter& writer();
  std::string remainingOutput();

  ResponseWriter* writer_;
  bool isOpen_ = false;
  Utf8Splitter stdout_;
  Utf8Splitter stderr_;
  kj::Maybe<kj::Own<kj::PromiseFulfiller<void>>> broken_;
};

// The capability to hand to the supervisor.
rpc::OutputSink::Client newRelaySink(kj::Own<EventRelay> relay);

}  // namespace brood
