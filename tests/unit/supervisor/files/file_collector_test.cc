// The collector against trees that a hostile job may leave behind.
#include "supervisor/files/file_collector.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <thread>

#include "supervisor/base/clock.h"

namespace brood::supervisor {
namespace {

namespace fs = std::filesystem;

class FileCollectorTest : public testing::Test {
 protected:
  FileCollectorTest() {
    char name[] = "/tmp/brood-collect-XXXXXX";
    top_ = ::mkdtemp(name);
    root_ = top_ / "workspace";
    fs::create_directory(root_);
    rootFd_ = OwnedFd(::open(root_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  }
  ~FileCollectorTest() noexcept override { fs::remove_all(top_); }

  void write(const std::string& path, const std::string& content = "x") {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << content;
  }

  // path -> content, or "!" and the reason.
  std::map<std::string, std::string> collect(std::vector<std::string> patterns) {
    std::vector<Glob> globs;
    for (auto& pattern : patterns) globs.push_back(std::get<Glob>(Glob::parse(pattern)));
    FileCollector collector(rootFd_.get(), GlobSet(std::move(globs)), limits_);
    steps_ = 1;
    while (!collector.step()) ++steps_;
    std::map<std::string, std::string> result;
    for (auto& file : collector.files()) {
      result[file.path] = {file.content.begin(), file.content.end()};
    }
    for (auto& file : collector.skipped()) result[file.path] = std::string("!") + file.reason;
    skippedTotal_ = collector.skippedTotal();
    return result;
  }

  using Found = std::map<std::string, std::string>;
  fs::path top_, root_;
  OwnedFd rootFd_;
  CollectLimits limits_{.maxFiles = 100,
                        .maxFileBytes = 1000,
                        .maxTotalBytes = 10'000,
                        .maxNames = 5'000,
                        .giveUpAt = monotonicNow() + kj::HOURS};
  int steps_ = 0;
  uint64_t skippedTotal_ = 0;
};

TEST_F(FileCollectorTest, TakesWhatMatches) {
  write("out/a.txt", "1");
  write("out/b.txt", std::string("\0\xff", 2));
  write("out/sub/c.txt", "");
  write("d.txt", "4");
  EXPECT_EQ(
      collect({"out/*.txt", "missing", "**/c.txt"}),
      (Found{{"out/a.txt", "1"}, {"out/b.txt", std::string("\0\xff", 2)}, {"out/sub/c.txt", ""}}));
}

TEST_F(FileCollectorTest, FollowsNoLink) {
  std::ofstream(top_ / "secret") << "secret";
  fs::create_directory(top_ / "elsewhere");
  std::ofstream(top_ / "elsewhere" / "file") << "secret";
  fs::create_symlink(top_ / "secret", root_ / "absolute");
  fs::create_symlink("../secret", root_ / "relative");
  fs::create_symlink(top_ / "elsewhere", root_ / "directory");
  fs::create_symlink("/proc/self/root", root_ / "magic");
  fs::create_symlink("nowhere", root_ / "broken");
  fs::create_symlink("loop", root_ / "loop");
  // Its counterpart: whoever follows reads the secret.
  std::string followed;
  std::ifstream(root_ / "directory" / "file") >> followed;
  ASSERT_EQ(followed, "secret");
  EXPECT_EQ(collect({"*", "directory/file", "magic/etc/passwd"}), (Found{{"absolute", "!symlink"},
                                                                         {"relative", "!symlink"},
                                                                         {"directory", "!symlink"},
                                                                         {"magic", "!symlink"},
                                                                         {"broken", "!symlink"},
                                                                         {"loop", "!symlink"}}));
}

TEST_F(FileCollectorTest, TakesNothingButRegularFilesWithOneName) {
  std::ofstream(top_ / "secret") << "secret";
  fs::create_hard_link(top_ / "secret", root_ / "hard");
  ASSERT_EQ(::mkfifo((root_ / "fifo").c_str(), 0666), 0);
  OwnedFd listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{AF_UNIX, {}};
  const auto path = (root_ / "socket").string();
  path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  ASSERT_EQ(::bind(listener.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  ASSERT_EQ(::mknod((root_ / "device").c_str(), S_IFCHR | 0666, makedev(1, 5)), 0);
  fs::create_directory(root_ / "folder");
  EXPECT_EQ(collect({"*"}), (Found{{"hard", "!hard_link"},
                                   {"fifo", "!fifo"},
                                   {"socket", "!socket"},
                                   {"device", "!device"},
                                   {"folder", "!directory"}}));
}

TEST_F(FileCollectorTest, CapsSizes) {
  write("exact", std::string(1000, 'x'));
  write("large", std::string(1001, 'x'));
  write("sparse");
  fs::resize_file(root_ / "sparse", 1ull << 40);
  auto found = collect({"*"});
  EXPECT_EQ(found.at("exact").size(), 1000u);
  EXPECT_EQ(found.at("large"), "!too_large");
  EXPECT_EQ(found.at("sparse"), "!too_large");
}

TEST_F(FileCollectorTest, CapsTheTotalAndTheNumber) {
  limits_.maxTotalBytes = 15;
  limits_.maxFiles = 2;
  write("a", "1234567890");
  write("b", "123456");
  write("c", "12345");
  write("d", "");
  EXPECT_EQ(collect({"a", "b", "c", "d"}), (Found{{"a", "1234567890"},
                                                  {"b", "!total_too_large"},
                                                  {"c", "12345"},
                                                  {"d", "!too_many_files"}}));
}

TEST_F(FileCollectorTest, AFileThatGrowsWhileItIsReadEndsAtTheCap) {
  limits_.maxFileBytes = 8 << 20;
  limits_.maxTotalBytes = 64 << 20;
  write("growing", "x");
  std::atomic<bool> stop{false};
  std::atomic<uint64_t> written{0};
  std::thread writer([&] {
    OwnedFd file(::open((root_ / "growing").c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
    const std::string block(64 * 1024, 'x');
    // Bounded by itself as well: 1 GiB on a disk helps nobody.
    while (!stop && written < (256u << 20)) {
      written += static_cast<uint64_t>(::write(file.get(), block.data(), block.size()));
      if (written > (32u << 20)) {
        EXPECT_EQ(::ftruncate(file.get(), 1), 0);
        written = 0;
      }
    }
  });
  while (written == 0) std::this_thread::yield();
  for (int i = 0; i < 20; ++i) {
    auto found = collect({"growing"});
    ASSERT_EQ(found.size(), 1u);
    ASSERT_TRUE(found["growing"] == "!too_large" ||
                found["growing"].size() <= limits_.maxFileBytes);
  }
  stop = true;
  writer.join();
}

// The name is a file when it is looked at, and a link to the secret when it is opened, if opening
// it meant to resolve it again.
TEST_F(FileCollectorTest, ANameThatIsSwappedAllTheTimeNeverLeadsOut) {
  std::ofstream(top_ / "secret") << "secret";
  write("honest", "honest");
  write("name", "honest");
  fs::create_symlink(top_ / "secret", root_ / "link");
  fs::create_directories(root_ / "real");
  write("real/secret", "honest");
  fs::create_symlink(top_, root_ / "outside");
  fs::create_directories(root_ / "dir");
  write("dir/secret", "honest");
  std::atomic<bool> stop{false};
  std::atomic<int> swaps{0};
  std::thread swapper([&] {
    auto exchange = [&](const char* one, const char* other) {
      ::renameat2(AT_FDCWD, (root_ / one).c_str(), AT_FDCWD, (root_ / other).c_str(),
                  RENAME_EXCHANGE);
    };
    while (!stop) {
      exchange("name", "link");
      exchange("dir", "outside");
      ++swaps;
    }
  });
  while (swaps == 0) std::this_thread::yield();
  int honest = 0, refused = 0, followed = 0;
  for (int i = 0; i < 3000 || honest == 0 || refused == 0 || followed == 0; ++i) {
    std::string naive;
    std::ifstream(root_ / "name") >> naive;
    followed += naive == "secret";
    for (auto& [path, content] : collect({"name", "dir/secret"})) {
      ASSERT_NE(content, "secret") << path;
      honest += content == "honest";
      refused += content == "!symlink";
    }
  }
  stop = true;
  swapper.join();
}

TEST_F(FileCollectorTest, ADeepTreeIsCutOff) {
  limits_.maxNames = 100'000;
  OwnedFd here(::open(root_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  for (int depth = 0; depth < 3000; ++depth) {
    ASSERT_EQ(::mkdirat(here.get(), "d", 0755), 0);
    here = OwnedFd(::openat(here.get(), "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    ASSERT_TRUE(here);
  }
  auto found = collect({"**/x"});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found.begin()->second, "!too_deep");
  // fs::remove_all() cannot either.
  ASSERT_EQ(std::system(("rm -rf '" + (root_ / "d").string() + "'").c_str()), 0);
}

TEST_F(FileCollectorTest, AMillionNamesEndAtTheBudget) {
  for (int i = 0; i < 6'000; ++i) write("many/" + std::to_string(i), "");
  write("many/wanted", "1");
  EXPECT_EQ(collect({"many/*z"}), (Found{{"many/", "!too_many_names"}}));
  EXPECT_GT(steps_, 1);
  // A pattern that names it need not look at the others.
  EXPECT_EQ(collect({"many/wanted"}), (Found{{"many/wanted", "1"}}));
}

// Each star is tried at each character, and what follows it fails at its end only: minutes, if all
// were matched.
TEST_F(FileCollectorTest, MatchingEndsAtItsBudgetAndALittleAtATime) {
  for (int i = 0; i < 1'000; ++i) write(std::string(250, 'a') + std::to_string(10'000 + i), "");
  std::vector<std::string> patterns;
  for (int i = 0; i < 32; ++i) {
    std::string pattern = "**/*";
    for (int k = 0; k < 40; ++k) pattern += "[a-b]";
    patterns.push_back(pattern + "X" + std::to_string(i));
  }
  EXPECT_EQ(collect(patterns), (Found{{".", "!too_much_to_match"}}));
  EXPECT_GT(steps_, 100);
}

TEST_F(FileCollectorTest, SkipsFilesNotFoundInTime) {
  write("a/b");
  limits_.giveUpAt = monotonicNow();
  EXPECT_EQ(collect({"**/*"}), (Found{{".", "!took_too_long"}}));
}

TEST_F(FileCollectorTest, TheListOfWhatIsSkippedIsBounded) {
  for (int i = 0; i < 300; ++i) fs::create_symlink("x", root_ / std::to_string(i));
  EXPECT_EQ(collect({"*"}).size(), 100u);
  EXPECT_EQ(skippedTotal_, 300u);
}

TEST_F(FileCollectorTest, NamesThatAreNoTextAreRefused) {
  write("good\xff", "1");
  write("\xc3\xa9", "2");
  EXPECT_EQ(collect({"*"}), (Found{{"good\xff", "!invalid_name"}, {"\xc3\xa9", "2"}}));
}

TEST_F(FileCollectorTest, ARootThatWasReplacedStaysTheOldOne) {
  write("a", "old");
  fs::rename(root_, top_ / "moved");
  fs::create_directory(top_ / "elsewhere");
  std::ofstream(top_ / "elsewhere" / "a") << "secret";
  fs::create_symlink(top_ / "elsewhere", root_);
  EXPECT_EQ(collect({"a"}), (Found{{"a", "old"}}));
}

TEST_F(FileCollectorTest, ALargeFileTakesSeveralSteps) {
  limits_.maxFileBytes = limits_.maxTotalBytes = 16 << 20;
  write("large", std::string(8 << 20, 'x'));
  EXPECT_EQ(collect({"large"})["large"].size(), 8u << 20);
  EXPECT_GT(steps_, 2);
}

}  // namespace
}  // namespace brood::supervisor
