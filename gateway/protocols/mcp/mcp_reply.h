#pragma once
// The answer to one request: a JSON body, or an event stream if something comes before it.

#include <kj/async.h>
#include <kj/refcount.h>

#include <string>
#include <string_view>

#include "gateway/http/response_writer.h"
#include "gateway/protocols/mcp/mcp_envelope.h"
#include "gateway/protocols/mcp/mcp_result.h"

namespace brood::gateway::mcp {

// Outlives its request, if what it is the answer to does: what is said then is lost.
class McpReply final : public kj::Refcounted {
 public:
  struct Manner {
    std::string id;
    McpEra era = McpEra::handshake;
    bool mayStream = false;       // The client takes event streams.
    std::string progressToken{};  // As JSON; empty: progress is not wanted.
  };

  // The writer is borrowed until detach().
  McpReply(ResponseWriter& writer, Manner manner);

  const std::string& id() const { return manner_.id; }
  McpEra era() const { return manner_.era; }
  bool wantsProgress() const { return !manner_.progressToken.empty() && manner_.mayStream; }

  // Text that has come since the last call. Resolves when the client has taken it.
  kj::Promise<void> progress(std::string_view text);

  // One of these, once. Texts are whole messages.
  kj::Promise<void> finish(std::string text);
  // The run and all that it borrows from must outlive the promise.
  kj::Promise<void> finish(const McpRun& run);
  kj::Promise<void> fail(const ApiError& error);
  // Ends without an answer: nobody wants it any more.
  kj::Promise<void> giveUp();

  // Throws DISCONNECTED after detach().
  ResponseWriter& writer();
  bool isDetached() const { return writer_ == nullptr; }
  void detach();

 private:
  kj::Promise<void> keepAlive();
  kj::Promise<void> send(std::string bytes);

  const Manner manner_;
  ResponseWriter* writer_;
  bool isOpen_ = false;    // As an event stream.
  bool isSilent_ = false;  // Since the last look.
  uint64_t progressBytes_ = 0;
  kj::Promise<void> keepingAlive_;
};

}  // namespace brood::gateway::mcp
