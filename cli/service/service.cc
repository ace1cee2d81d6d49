#include "cli/service/service.h"

#include <signal.h>

#include <cstdio>

namespace brood::cli {
namespace {

void print(const std::string& line) {
  std::printf("%s\n", line.c_str());
  std::fflush(stdout);
}

}  // namespace

Service::Service(UvAsyncIo& io, const std::vector<std::string>& argv, std::string keyword,
                 const std::optional<std::vector<std::string>>& environment)
    : keyword_(std::move(keyword)),
      child_(io, argv, environment),
      lines_(child_.output()),
      passingOn_(kj::READY_NOW) {}

kj::Promise<kj::Maybe<std::string>> Service::up() {
  return untilKeyword().then([this](kj::Maybe<std::string>&& announced) {
    passingOn_ = passOn().eagerlyEvaluate(nullptr);
    return kj::mv(announced);
  });
}

kj::Promise<kj::Maybe<std::string>> Service::untilKeyword() {
  return lines_.next().then(
      [this](kj::Maybe<std::string>&& line) -> kj::Promise<kj::Maybe<std::string>> {
        KJ_IF_MAYBE (text, line) {
          if (text->starts_with(keyword_ + " ")) {
            return kj::Maybe<std::string>(text->substr(keyword_.size() + 1));
          }
          print(*text);
          return untilKeyword();
        }
        return kj::Maybe<std::string>(nullptr);
      });
}

kj::Promise<void> Service::passOn() {
  return lines_.next().then([this](kj::Maybe<std::string>&& line) -> kj::Promise<void> {
    KJ_IF_MAYBE (text, line) {
      print(*text);
      return passOn();
    }
    return kj::READY_NOW;
  });
}

kj::Promise<ChildExit> Service::stop(kj::Timer& timer, kj::Duration patience) {
  child_.signal(SIGTERM);
  auto impatient = timer.afterDelay(patience).then([this] {
    child_.signal(SIGKILL);
    return child_.onExit();
  });
  return child_.onExit().exclusiveJoin(kj::mv(impatient));
}

}  // namespace brood::cli
