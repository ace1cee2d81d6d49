#include "zygote/worker/surroundings.h"

#include <capnp/message.h>
#include <gtest/gtest.h>

#include <memory>

namespace brood::zygote {
namespace {

class SurroundingsTest : public ::testing::Test {
 protected:
  SurroundingsTest() {
    capnp::MallocMessageBuilder message;
    auto wire = message.initRoot<wire::HostPlaces>();
    wire.setPreload("/lib/preload.so");
    auto folders = wire.initRuntimeFolders(1);
    folders[0].setName("lua");
    folders[0].setPath("/opt/runtimes/lua");
    host_ = std::make_unique<HostPlaces>(wire.asReader());
  }

  std::unique_ptr<HostPlaces> host_;
};

TEST_F(SurroundingsTest, InARootOfItsOwnNothingIsDifferent) {
  const Surroundings own;
  EXPECT_EQ(own.sourcePathOf("main.py"), "/workspace/main.py");
  EXPECT_EQ(own.wordOf("/workspace/a"), "/workspace/a");
  EXPECT_EQ(own.wordOf("/brood/lua/run"), "/brood/lua/run");
  EXPECT_EQ(own.variables().size(), 0);
}

TEST_F(SurroundingsTest, InADirectoryWordsAndVariablesLeadThere) {
  const Surroundings place(*host_, "/run/slots/x");
  EXPECT_EQ(place.sourcePathOf("main.py"), "/run/slots/x/workspace/main.py");
  EXPECT_EQ(place.wordOf("/workspace/a"), "/run/slots/x/workspace/a");
  EXPECT_EQ(place.wordOf("/workspaces"), "/workspaces");
  EXPECT_EQ(place.wordOf("/brood/lua/run"), "/opt/runtimes/lua/run");
  EXPECT_EQ(place.wordOf("/brood/none/run"), "/brood/none/run");

  ParkedProgram program;
  program.argv.add(kj::str("/brood/lua/run"));
  for (const char* variable : {"HOME=/workspace", "TMPDIR=/tmp", "A=b"}) {
    program.environment.add(kj::str(variable));
  }
  place.adapt(program);
  EXPECT_EQ(program.argv[0], "/opt/runtimes/lua/run");
  EXPECT_EQ(kj::strArray(program.environment, " "),
            "A=b HOME=/run/slots/x/workspace PWD=/run/slots/x/workspace TMPDIR=/run/slots/x/tmp "
            "LD_PRELOAD=/lib/preload.so");
}

}  // namespace
}  // namespace brood::zygote
