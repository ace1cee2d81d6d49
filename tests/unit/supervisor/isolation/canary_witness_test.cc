#include "supervisor/isolation/canary_witness.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <kj/debug.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <map>
#include <optional>

namespace brood::supervisor {
namespace {

namespace fs = std::filesystem;

class CanaryWitnessTest : public testing::Test {
 protected:
  CanaryWitnessTest() {
    KJ_ASSERT(::mkdtemp(path_) != nullptr);
    fs::create_directory(shown());
    fs::create_directory_symlink(shown(), std::string(path_) + "/link");
    witness_.emplace(path_, std::vector<std::string>{std::string(path_) + "/nowhere",
                                                     std::string(path_) + "/link", shown()});
  }
  ~CanaryWitnessTest() noexcept override {
    witness_.reset();
    fs::remove_all(path_);
  }

  std::string shown() const { return std::string(path_) + "/shown"; }
  // Its arguments, "name=value", by name.
  std::map<std::string, std::string> facts() const {
    std::map<std::string, std::string> facts;
    for (const auto& argument : witness_->arguments()) {
      const size_t equals = argument.find('=');
      facts[argument.substr(0, equals)] = argument.substr(equals + 1);
    }
    return facts;
  }
  static bool canConnect(const std::string& abstractName) {
    const OwnedFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path + 1, abstractName.data(), abstractName.size());
    const auto length =
        static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + abstractName.size());
    return ::connect(socket.get(), reinterpret_cast<sockaddr*>(&address), length) == 0;
  }
  static bool canLock(const std::string& path) {
    const OwnedFd file(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    return ::flock(file.get(), LOCK_EX | LOCK_NB) == 0;
  }

  char path_[32] = "/tmp/brood-witness-XXXXXX";
  std::optional<CanaryWitness> witness_;
};

TEST_F(CanaryWitnessTest, AnybodyMayReadAndWriteItsFile) {
  struct stat info;
  ASSERT_EQ(::stat((std::string(path_) + "/canary-witness").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0666u) << "whatever the umask";
}

TEST_F(CanaryWitnessTest, LocksTheFirstDirectoryThatIsNoLink) {
  EXPECT_FALSE(canLock(shown()));
  const auto all = facts();
  EXPECT_TRUE(std::any_of(all.begin(), all.end(),
                          [&](const auto& fact) { return fact.second == shown(); }));
}

TEST_F(CanaryWitnessTest, ItsThingsCanBeReachedAsLongAsItLives) {
  const auto all = facts();
  const auto socket = std::find_if(all.begin(), all.end(), [](const auto& fact) {
    return fact.second.starts_with("brood-canary-");
  });
  ASSERT_NE(socket, all.end());
  const std::string name = socket->second;
  EXPECT_TRUE(canConnect(name));
  EXPECT_TRUE(std::any_of(all.begin(), all.end(), [](const auto& fact) {
    return fact.second == std::to_string(::getpid());
  })) << "it tells its own pid";
  witness_.reset();
  EXPECT_FALSE(canConnect(name));
  EXPECT_FALSE(fs::exists(std::string(path_) + "/canary-witness"));
  EXPECT_TRUE(canLock(shown()));
}

}  // namespace
}  // namespace brood::supervisor
