#include "rpc/loop/stop_signals.h"

#include <signal.h>

namespace brood {
namespace {

bool isIgnored(int signalNumber) {
  struct sigaction action {};
  return ::sigaction(signalNumber, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

}  // namespace

StopSignals::StopSignals(UvEventPort& port) : terminate_(port, SIGTERM), interrupt_(port, SIGINT) {
  if (!isIgnored(SIGHUP)) hangUp_ = kj::heap<UvSignal>(port, SIGHUP);
}

kj::Promise<void> StopSignals::next() {
  auto any = terminate_.next().exclusiveJoin(interrupt_.next());
  KJ_IF_MAYBE (hangUp, hangUp_) return any.exclusiveJoin((*hangUp)->next());
  return any;
}

}  // namespace brood
