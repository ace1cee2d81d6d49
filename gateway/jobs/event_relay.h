#pragma once
// A running job's output on its way to an event stream.

#include <kj/async.h>
#include <kj/refcount.h>

#include <functional>
#include <string>
#include <string_view>

#include "base/utf8.h"
#include "gateway/http/response_writer.h"
#include "gateway/jobs/answer_format.h"
#include "rpc/calls/supervisor.capnp.h"

namespace brood::gateway {

// Shared between the HTTP request, which ends it by detach(), and the RPC capability given to the
// supervisor, which may live longer. Flow control: a promise of output() resolves when the client's
// connection has taken the event, and until then the supervisor sends no more than its window.
class EventRelay final : public kj::Refcounted {
 public:
  // Borrowed until detach().
  EventRelay(ResponseWriter& writer, const EventFormat& format);

  // Opens the stream unless it is open.
  kj::Promise<void> started(std::string_view id, std::string_view start);
  kj::Promise<void> output(rpc::OutputStream stream, std::string_view bytes);
  kj::Promise<void> result(rpc::RichResult::Reader result);
  // Sends the rest of the output, and what the format says at the end. `result` must outlive the
  // promise.
  kj::Promise<void> finish(rpc::JobResult::Reader result);
  // The rest of the output and the event that `end` gives, where there is no result.
  kj::Promise<void> finish(const std::function<std::string()>& end);
  // As an event once the stream is open, else as an ordinary answer.
  kj::Promise<void> fail(const ApiError& error);

  // Broken when the client can no longer be written to.
  kj::Promise<void> whenBroken();
  // The request is over. Later events are refused, so that the job's supervisor notices too.
  void detach();

 private:
  struct RelayedStream {
    Utf8Splitter splitter;
    bool isText = true;  // So far.
  };

  // Where nothing is sent for a while a filler is, so that nobody on the way takes the connection
  // for dead. The first opens the stream.
  kj::Promise<void> keepAlive();
  kj::Promise<void> send(std::string bytes);
  kj::Promise<void> watched(kj::Promise<void> written);
  // Neither is to be had after detach().
  ResponseWriter& writer();
  const EventFormat& format();
  // The beginnings of characters that never came whole, unless it was us who cut the text there.
  std::string remainingOutput(bool isStdoutCut, bool isStderrCut);

  const EventFormat& format_;
  ResponseWriter* writer_;
  bool isOpen_ = false;
  bool isSilent_ = false;  // Since the last look.
  RelayedStream stdout_, stderr_;
  kj::Maybe<kj::Own<kj::PromiseFulfiller<void>>> broken_;
  kj::Promise<void> keepingAlive_;
};

// The capability to hand to the supervisor.
rpc::OutputSink::Client newRelaySink(kj::Own<EventRelay> relay);

}  // namespace brood::gateway
