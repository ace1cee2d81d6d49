#include "gateway/protocols/mcp/mcp_runs.h"

#include <memory>

namespace brood::gateway::mcp {

kj::Promise<void> McpRuns::run(Caller caller, kj::Own<McpReply> reply,
                               kj::Function<kj::Promise<void>()> work) {
  calls_.emplace_back();
  const Place call = std::prev(calls_.end());
  call->caller = std::move(caller);
  call->reply = kj::mv(reply);
  auto ended = kj::newPromiseAndFulfiller<void>();
  auto* fulfiller = ended.fulfiller.get();
  // Whichever of the two ends, the call's task or the request, comes first.
  const auto isThere = std::make_shared<bool>(true);
  auto task =
      call->canceler.wrap(kj::evalNow(kj::mv(work)))
          .catch_([call](kj::Exception&& exception) -> kj::Promise<void> {
            if (call->isCancelled) return call->reply->giveUp();
            return kj::mv(exception);
          })
          .then([fulfiller] { fulfiller->fulfill(); },
                [fulfiller](kj::Exception&& exception) { fulfiller->reject(kj::mv(exception)); })
          .attach(kj::mv(ended.fulfiller), kj::defer([this, call, isThere] {
                    *isThere = false;
                    calls_.erase(call);
                  }));
  tasks_.add(kj::mv(task));
  return ended.promise.attach(kj::defer([call, isThere] {
    if (!*isThere) return;
    call->reply->detach();
    if (call->reply->era() == McpEra::stateless) call->canceler.cancel("the client has gone");
  }));
}

void McpRuns::cancel(const Caller& caller) {
  Call* found = nullptr;
  for (auto& call : calls_) {
    const bool isMeant = call.reply->era() == McpEra::handshake && !call.isCancelled &&
                         call.caller.owner == caller.owner && call.caller.id == caller.id;
    if (!isMeant) continue;
    if (found != nullptr) return;
    found = &call;
  }
  if (found == nullptr) return;
  found->isCancelled = true;
  found->canceler.cancel("cancelled by its client");
}

// Every failure has been told to the request, if there is one still.
void McpRuns::taskFailed(kj::Exception&&) {}

}  // namespace brood::gateway::mcp
