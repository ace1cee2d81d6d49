#include "gateway/sessions/command_follower.h"

#include "rpc/calls/result_json.h"
#include "rpc/calls/result_names.h"

namespace brood::gateway {
namespace {

class FollowSink final : public rpc::CommandSink::Server {
 public:
  explicit FollowSink(kj::Own<EventRelay> relay) : relay_(kj::mv(relay)) {}

  kj::Promise<void> started(StartedContext context) override {
    const auto params = context.getParams();
    return relay_->started(asView(params.getId()), startName(params.getStart()));
  }

  kj::Promise<void> output(OutputContext context) override {
    const auto params = context.getParams();
    return relay_->output(params.getStream(), asView(params.getData()));
  }

  kj::Promise<void> result(ResultContext context) override {
    return relay_->result(context.getParams().getResult());
  }

  kj::Promise<void> exited(ExitedContext) override { return kj::READY_NOW; }

 private:
  kj::Own<EventRelay> relay_;
};

}  // namespace

rpc::CommandSink::Client newFollowSink(kj::Own<EventRelay> relay) {
  return kj::heap<FollowSink>(kj::mv(relay));
}

}  // namespace brood::gateway
