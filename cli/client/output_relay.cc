#include "cli/client/output_relay.h"

#include <unistd.h>

#include "cli/terminal/output.h"

namespace brood::cli {

OutputRelay::OutputRelay(kj::Own<kj::PromiseFulfiller<int>> outputLost,
                         std::vector<ShownForm>& shown)
    : outputLost_(kj::mv(outputLost)), shown_(shown) {}

kj::Promise<void> OutputRelay::started(StartedContext) { return kj::READY_NOW; }

kj::Promise<void> OutputRelay::output(OutputContext context) {
  auto params = context.getParams();
  bool isStdout = params.getStream() == rpc::OutputStream::STDOUT;
  const auto text = params.getData().asChars();
  write(isStdout ? STDOUT_FILENO : STDERR_FILENO, {text.begin(), text.size()});
  return kj::READY_NOW;
}

kj::Promise<void> OutputRelay::result(ResultContext context) {
  shown_.push_back(ShownForm::of(context.getParams().getResult()));
  if (shown_.back().isText()) write(STDOUT_FILENO, shown_.back().data + "\n");
  return kj::READY_NOW;
}

void OutputRelay::write(int fd, std::string_view bytes) {
  if (const int error = writeAll(fd, bytes)) outputLost_->fulfill(int{error});
}

}  // namespace brood::cli
