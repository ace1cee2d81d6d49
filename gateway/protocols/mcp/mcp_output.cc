#include "gateway/protocols/mcp/mcp_output.h"

#include <kj/debug.h>

#include "rpc/calls/result_json.h"

namespace brood::gateway::mcp {
namespace {

class ProgressSink final : public rpc::OutputSink::Server {
 public:
  explicit ProgressSink(kj::Own<McpOutput> output) : output_(kj::mv(output)) {}

  kj::Promise<void> started(StartedContext) override { return kj::READY_NOW; }

  kj::Promise<void> output(OutputContext context) override {
    const auto params = context.getParams();
    return output_->output(params.getStream(), asView(params.getData()));
  }

  kj::Promise<void> result(ResultContext context) override {
    output_->result(context.getParams().getResult());
    return kj::READY_NOW;
  }

 private:
  kj::Own<McpOutput> output_;
};

}  // namespace

kj::Promise<void> McpOutput::output(rpc::OutputStream stream, std::string_view bytes) {
  Stream& to = stream == rpc::OutputStream::STDOUT ? stdout_ : stderr_;
  if (!reply_->isDetached() && !reply_->writer().share().reserve(bytes.size())) {
    return broken(KJ_EXCEPTION(OVERLOADED, "no room for output until it is taken"));
  }
  to.text += bytes;
  return reply_->progress(to.splitter.push(bytes))
      .catch_([self = kj::addRef(*this)](kj::Exception&& exception) mutable -> kj::Promise<void> {
        if (self->reply_->era() == McpEra::stateless) return self->broken(kj::mv(exception));
        self->reply_->detach();
        return kj::READY_NOW;
      });
}

kj::Promise<void> McpOutput::broken(kj::Exception&& exception) {
  KJ_IF_MAYBE (fulfiller, broken_) {
    (*fulfiller)->reject(kj::cp(exception));
  }
  return kj::mv(exception);
}

kj::Promise<void> McpOutput::whenBroken() {
  auto pair = kj::newPromiseAndFulfiller<void>();
  broken_ = kj::mv(pair.fulfiller);
  return kj::mv(pair.promise);
}

void McpOutput::result(rpc::RichResult::Reader result) {
  results_.push_back({std::string(asView(result.getMime())), std::string(asView(result.getData())),
                      result.getObject()});
}

std::vector<McpShown> McpOutput::shown() const {
  std::vector<McpShown> shown;
  for (const auto& each : results_) shown.push_back({each.mime, each.data, each.object});
  return shown;
}

rpc::OutputSink::Client newOutputSink(kj::Own<McpOutput> output) {
  return kj::heap<ProgressSink>(kj::mv(output));
}

}  // namespace brood::gateway::mcp
