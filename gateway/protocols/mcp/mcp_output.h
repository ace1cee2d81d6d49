#pragma once
// The output of a run while it runs: kept for the answer, and told to a client that wants progress.

#include <kj/refcount.h>

#include <string>
#include <vector>

#include "base/utf8.h"
#include "gateway/protocols/mcp/mcp_reply.h"
#include "rpc/calls/supervisor.capnp.h"

namespace brood::gateway::mcp {

// Shared between a run and the capability that the supervisor has, which may live longer. A promise
// of output() resolves when the client has taken what is told of it, and until then the supervisor
// sends no more than its window.
class McpOutput final : public kj::Refcounted {
 public:
  explicit McpOutput(kj::Own<McpReply> reply) : reply_(kj::mv(reply)) {}

  kj::Promise<void> output(rpc::OutputStream stream, std::string_view bytes);
  // Broken when there is no room for what comes, or nobody takes it. A client of the handshake era
  // that has gone is no reason.
  kj::Promise<void> whenBroken();
  void result(rpc::RichResult::Reader result);

  std::string_view standardOutput() const { return stdout_.text; }
  std::string_view standardError() const { return stderr_.text; }
  // Borrow from this.
  std::vector<McpShown> shown() const;

 private:
  struct Stream {
    std::string text = {};  // All of it.
    Utf8Splitter splitter = {};
  };
  struct Result {
    std::string mime;
    std::string data;
    uint32_t object;
  };

  kj::Promise<void> broken(kj::Exception&& exception);

  kj::Own<McpReply> reply_;
  kj::Maybe<kj::Own<kj::PromiseFulfiller<void>>> broken_;
  Stream stdout_, stderr_;
  std::vector<Result> results_;
};

// The capability to hand to the supervisor.
rpc::OutputSink::Client newOutputSink(kj::Own<McpOutput> output);

}  // namespace brood::gateway::mcp
