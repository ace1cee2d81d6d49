#include "supervisor/sandboxes/sandbox_factory.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "supervisor/sandboxes/directory_sandbox.h"
#include "supervisor/sandboxes/namespace_sandbox.h"
#include "tests/unit/supervisor/jobs/idle_system.h"
#include "tests/unit/supervisor/sandboxes/own_folder.h"

namespace brood::supervisor {
namespace {

class SandboxFactoryTest : public testing::Test {
 protected:
  ~SandboxFactoryTest() noexcept override = default;

  UvAsyncIo io_;
  Reaper reaper_{io_.port()};
  Config config_;
};

TEST_F(SandboxFactoryTest, WithNamespacesASandboxNeedsNoDirectory) {
  const SharedHost host(featuresOfRoot(), config_, "/nowhere");
  const SandboxFactory factory(host);
  EXPECT_EQ(factory.newPlace(), "");
  SandboxParts parts = partsOf(reaper_, 1);
  const OwnFolder root;
  parts.init = newInitIn(reaper_, root);
  auto sandbox = factory.make(kj::mv(parts), "");
  EXPECT_NE(dynamic_cast<NamespaceSandbox*>(sandbox.get()), nullptr);
}

TEST_F(SandboxFactoryTest, WithoutThemEachHasADirectoryOfItsOwn) {
  const OwnFolder directory;
  const SharedHost host(HostFeatures{}, config_, directory.path());
  const SandboxFactory factory(host);
  const std::string place = factory.newPlace();
  EXPECT_TRUE(place.starts_with(directory.path())) << place;
  EXPECT_NE(place, factory.newPlace()) << "nobody can guess the next";
  std::filesystem::create_directories(place + "/workspace");
  std::filesystem::create_directories(place + "/tmp");
  auto sandbox = factory.make(partsOf(reaper_, 1), place);
  EXPECT_NE(dynamic_cast<DirectorySandbox*>(sandbox.get()), nullptr);
}

TEST_F(SandboxFactoryTest, RefusesADirectoryThatIsGone) {
  const SharedHost host(HostFeatures{}, config_, "/nowhere");
  const SandboxFactory factory(host);
  EXPECT_THROW(factory.make(partsOf(reaper_, 1), factory.newPlace()), kj::Exception);
}

}  // namespace
}  // namespace brood::supervisor
