#include "cli/service/kept_service.h"

#include <algorithm>
#include <cstdio>

namespace brood::cli {
namespace {

constexpr auto kFirstRestartDelay = 100 * kj::MILLISECONDS;
constexpr auto kLongestRestartDelay = 5 * kj::SECONDS;

}  // namespace

KeptService::KeptService(UvAsyncIo& io, Recipe recipe)
    : io_(io),
      timer_(io.timer()),
      recipe_(std::move(recipe)),
      firstUp_(nullptr),
      restartDelay_(kFirstRestartDelay) {
  auto pair = kj::newPromiseAndFulfiller<void>();
  up_ = kj::mv(pair.fulfiller);
  firstUp_ = pair.promise.fork();
}

kj::Promise<void> KeptService::keepUp() {
  startedAt_ = timer_.now();
  service_.emplace(io_, recipe_.commandLine(), recipe_.keyword, recipe_.environment);
  return service_->up().then([this](kj::Maybe<std::string>&& announced) {
    KJ_IF_MAYBE (text, announced) {
      hasBeenUp_ = true;
      recipe_.onUp(*text);
      up_->fulfill();
    }
    return service_->onExit().then([this](ChildExit exit) { return afterExit(exit); });
  });
}

kj::Promise<void> KeptService::afterExit(ChildExit exit) {
  std::fprintf(stderr, "brood: %s %s\n", recipe_.name.c_str(), exit.text().c_str());
  if (!hasBeenUp_) return kj::READY_NOW;
  const bool livedLong = timer_.now() - startedAt_ > 2 * kLongestRestartDelay;
  restartDelay_ = livedLong ? kFirstRestartDelay : restartDelay_;
  const auto delay = restartDelay_;
  restartDelay_ = std::min<kj::Duration>(2 * restartDelay_, kLongestRestartDelay);
  return timer_.afterDelay(delay).then([this] { return keepUp(); });
}

void KeptService::signal(int signalNumber) noexcept {
  if (service_) service_->signal(signalNumber);
}

kj::Promise<void> KeptService::stop(kj::Duration patience) {
  if (!service_) return kj::READY_NOW;
  return service_->stop(timer_, patience).ignoreResult();
}

}  // namespace brood::cli
