#include "cli/service/kept_service.h"

#include <gtest/gtest.h>

namespace brood::cli {
namespace {

KeptService::Recipe recipe(const std::string& script,
                           std::function<void(const std::string&)> onUp) {
  return {"the part",
          "up",
          {"WORD=kept"},
          [script] {
            return std::vector<std::string>{"/bin/sh", "-c", script};
          },
          std::move(onUp)};
}

TEST(KeptServiceTest, IsStartedAgainWhenItEnds) {
  UvAsyncIo io;
  int times = 0;
  auto pair = kj::newPromiseAndFulfiller<void>();
  KeptService service(io, recipe("echo up $WORD", [&](const std::string& word) {
                        EXPECT_EQ(word, "kept");
                        if (++times == 3) pair.fulfiller->fulfill();
                      }));
  auto keeping = service.keepUp().eagerlyEvaluate(nullptr);
  service.whenUp().wait(io.waitScope());
  pair.promise.wait(io.waitScope());
  EXPECT_EQ(times, 3);
}

TEST(KeptServiceTest, WhatIsNeverUpIsGivenUp) {
  UvAsyncIo io;
  KeptService service(io, recipe("exit 3", [](const std::string&) { FAIL(); }));
  service.keepUp().wait(io.waitScope());
}

TEST(KeptServiceTest, CanBeStopped) {
  UvAsyncIo io;
  KeptService service(io, recipe("echo up now; exec sleep 1000", [](const std::string&) {}));
  auto keeping = service.keepUp().eagerlyEvaluate(nullptr);
  service.whenUp().wait(io.waitScope());
  service.stop(60 * kj::SECONDS).wait(io.waitScope());
}

TEST(KeptServiceTest, StoppingWhatWasNeverStartedIsNothing) {
  UvAsyncIo io;
  KeptService service(io, recipe("exit 3", [](const std::string&) {}));
  service.stop(60 * kj::SECONDS).wait(io.waitScope());
}

}  // namespace
}  // namespace brood::cli
