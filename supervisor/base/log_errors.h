#pragma once
// The edge at which a background task's exception ends: it is logged, with the task's name.

#include <kj/async.h>
#include <spdlog/spdlog.h>

#include <string>

#include "base/plain_text.h"

namespace brood::supervisor {

class LogErrors final : public kj::TaskSet::ErrorHandler {
 public:
  explicit LogErrors(std::string what) : what_(std::move(what)) {}
  void taskFailed(kj::Exception&& exception) override {
    spdlog::error("{}: {}", what_, plainText(exception));
  }

 private:
  std::string what_;
};

}  // namespace brood::supervisor
