// inotify by looking: what is told of files and directories, and what becomes of descriptor and
// thread.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <kj/debug.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/owned_fd.h"
#include "tests/unit/runtimes/child_process.h"
#include "tests/unit/runtimes/preload/event_reader.h"
#include "tests/unit/runtimes/preload/preload_library.h"

namespace brood {
namespace {

namespace fs = std::filesystem;
using Events = std::vector<std::string>;

constexpr uint32_t kNames = IN_CREATE | IN_DELETE | IN_MOVE;

size_t threadCount() {
  size_t count = 0;
  for ([[maybe_unused]] const auto& task : fs::directory_iterator("/proc/self/task")) ++count;
  return count;
}

void waitForThreads(size_t count) {
  for (int i = 0; i < 3000 && threadCount() != count; ++i) ::poll(nullptr, 0, 10);
  EXPECT_EQ(threadCount(), count);
}

class FileWatches : public ::testing::Test {
 protected:
  void SetUp() override {
    char pattern[] = "/tmp/brood-watch-test-XXXXXX";
    KJ_REQUIRE(::mkdtemp(pattern) != nullptr);
    folder_ = pattern;
  }

  // Nobody can read its events now; the thread ends, and the next test begins without.
  void TearDown() override {
    fd_.reset();
    waitForThreads(1);
    fs::remove_all(folder_);
  }

  int watch(const fs::path& path, uint32_t mask) {
    return library_.inotifyAddWatch(fd_.get(), path.c_str(), mask);
  }

  void write(const fs::path& path, const std::string& text) { std::ofstream(path) << text; }
  void append(const fs::path& path) { std::ofstream(path, std::ios::app) << "more"; }

  const PreloadLibrary& library_ = preloadLibrary();
  fs::path folder_;
  OwnedFd fd_{library_.inotifyInit1(IN_NONBLOCK | IN_CLOEXEC)};
  EventReader events_{fd_.get()};
};

TEST_F(FileWatches, TellWhatBecomesOfAFileInADirectory) {
  ASSERT_EQ(watch(folder_, IN_ALL_EVENTS), 1);
  write(folder_ / "a", "text");
  EXPECT_EQ(events_.upTo("close-write:a"), (Events{"create:a", "modify:a", "close-write:a"}));
  append(folder_ / "a");
  EXPECT_EQ(events_.upTo("close-write:a"), (Events{"modify:a", "close-write:a"}));
  ::chmod((folder_ / "a").c_str(), 0600);
  EXPECT_EQ(events_.upTo("attrib:a"), (Events{"attrib:a"}));
  fs::rename(folder_ / "a", folder_ / "b");
  EXPECT_EQ(events_.upTo("moved-to:b#1"), (Events{"moved-from:a#1", "moved-to:b#1"}));
  fs::remove(folder_ / "b");
  EXPECT_EQ(events_.upTo("delete:b"), (Events{"delete:b"}));
  fs::create_directory(folder_ / "d");
  EXPECT_EQ(events_.upTo("create-dir:d"), (Events{"create-dir:d"}));
  fs::remove(folder_ / "d");
  EXPECT_EQ(events_.upTo("delete-dir:d"), (Events{"delete-dir:d"}));
}

TEST_F(FileWatches, TellOfAFileThatIsReplacedByARename) {
  write(folder_ / "settings", "old");
  ASSERT_EQ(watch(folder_, kNames), 1);
  write(folder_ / "draft", "new");
  EXPECT_EQ(events_.upTo("create:draft"), (Events{"create:draft"}));
  fs::rename(folder_ / "draft", folder_ / "settings");
  EXPECT_EQ(events_.upTo("moved-to:settings#1"),
            (Events{"moved-from:draft#1", "moved-to:settings#1"}));
}

TEST_F(FileWatches, TellOfALogThatIsRotated) {
  write(folder_ / "log", "old");
  ASSERT_EQ(watch(folder_, kNames), 1);
  fs::rename(folder_ / "log", folder_ / "log.1");
  write(folder_ / "log", "new");
  const auto told = events_.upTo("create:log");
  EXPECT_EQ(told, (Events{"moved-from:log#1", "moved-to:log.1#1", "create:log"}));
}

TEST_F(FileWatches, TellOfAFileItself) {
  write(folder_ / "f", "text");
  ASSERT_EQ(watch(folder_ / "f", IN_ALL_EVENTS), 1);
  append(folder_ / "f");
  EXPECT_EQ(events_.upTo("close-write:"), (Events{"modify:", "close-write:"}));
  fs::remove(folder_ / "f");
  EXPECT_EQ(events_.upTo("ignored:"), (Events{"delete-self:", "ignored:"}));
  EXPECT_EQ(library_.inotifyRmWatch(fd_.get(), 1), -1);
  EXPECT_EQ(errno, EINVAL);
}

TEST_F(FileWatches, TellOnlyWhatIsAskedFor) {
  ASSERT_EQ(watch(folder_, IN_DELETE), 1);
  write(folder_ / "a", "text");
  const fs::path other = folder_ / "other";
  fs::create_directory(other);
  ASSERT_EQ(watch(other, IN_CREATE), 2);
  write(other / "seen", "");
  EXPECT_EQ(events_.upTo("create:seen"), (Events{"create:seen"}));
}

TEST_F(FileWatches, KnowAFileThatIsWatchedTwice) {
  write(folder_ / "f", "text");
  fs::create_symlink("f", folder_ / "link");
  ASSERT_EQ(watch(folder_ / "f", IN_MODIFY), 1);
  EXPECT_EQ(watch(folder_ / "link", IN_ATTRIB | IN_MASK_ADD), 1);
  EXPECT_EQ(watch(folder_ / "f", IN_MODIFY | IN_MASK_CREATE), -1);
  EXPECT_EQ(errno, EEXIST);
  EXPECT_EQ(watch(folder_ / "link", IN_MODIFY | IN_DONT_FOLLOW), 2);
  append(folder_ / "f");
  EXPECT_EQ(events_.upTo("modify:"), (Events{"modify:"}));
}

TEST_F(FileWatches, EndAfterOneEventWhenAskedTo) {
  ASSERT_EQ(watch(folder_, IN_CREATE | IN_ONESHOT), 1);
  write(folder_ / "a", "");
  write(folder_ / "b", "");
  const auto told = events_.upTo("ignored:");
  ASSERT_EQ(told.size(), 2u) << ::testing::PrintToString(told);
  EXPECT_TRUE(told[0] == "create:a" || told[0] == "create:b") << told[0];
}

TEST_F(FileWatches, EndWhenRemovedAndSayIt) {
  ASSERT_EQ(watch(folder_, kNames), 1);
  ASSERT_EQ(library_.inotifyRmWatch(fd_.get(), 1), 0);
  EXPECT_EQ(events_.pending(), (Events{"ignored:"}));
  waitForThreads(1);
  ASSERT_EQ(watch(folder_, kNames), 2) << "a number is not used again";
}

TEST_F(FileWatches, RefuseWhatTheKernelRefuses) {
  const auto errnoOf = [](int result) { return result == -1 ? errno : 0; };
  write(folder_ / "f", "");
  EXPECT_EQ(errnoOf(library_.inotifyInit1(IN_ACCESS)), EINVAL);
  EXPECT_EQ(errnoOf(watch(folder_ / "none", IN_CREATE)), ENOENT);
  EXPECT_EQ(errnoOf(watch(folder_ / "f", IN_MODIFY | IN_ONLYDIR)), ENOTDIR);
  EXPECT_EQ(errnoOf(watch(folder_, 0)), EINVAL);
  EXPECT_EQ(errnoOf(watch(folder_, IN_CREATE | IN_MASK_ADD | IN_MASK_CREATE)), EINVAL);
  EXPECT_EQ(errnoOf(library_.inotifyAddWatch(0, folder_.c_str(), IN_CREATE)), EINVAL);
  EXPECT_EQ(errnoOf(library_.inotifyAddWatch(-1, folder_.c_str(), IN_CREATE)), EBADF);
  EXPECT_EQ(errnoOf(library_.inotifyRmWatch(-1, 1)), EBADF);
  EXPECT_EQ(threadCount(), 1u);
}

TEST_F(FileWatches, OverflowWhenNobodyReads) {
  ASSERT_EQ(watch(folder_, IN_CREATE), 1);
  for (int i = 0; i < 4000; ++i) write(folder_ / std::to_string(i), "");
  const auto told = events_.upTo("overflow:");
  EXPECT_GT(told.size(), 1000u);
  EXPECT_LT(told.size(), 4000u);
  // And go on when somebody does.
  write(folder_ / "later", "");
  events_.upTo("create:later");
}

TEST_F(FileWatches, SayThatTooManyNamesOverflow) {
  ASSERT_EQ(watch(folder_, IN_CREATE | IN_DELETE), 1);
  for (int i = 0; i < 4097; ++i) {
    KJ_REQUIRE(::mknod((folder_ / std::to_string(i)).c_str(), S_IFREG | 0600, 0) == 0);
  }
  events_.upTo("overflow:");
  EXPECT_EQ(watch(folder_, IN_CREATE), 1) << "known already";
  OwnedFd other(library_.inotifyInit());
  EXPECT_EQ(library_.inotifyAddWatch(other.get(), folder_.c_str(), IN_CREATE), -1);
  EXPECT_EQ(errno, ENOSPC);
}

TEST_F(FileWatches, AreBoundedInNumber) {
  std::vector<OwnedFd> others;
  int fd;
  while ((fd = library_.inotifyInit1(IN_CLOEXEC)) >= 0) others.emplace_back(fd);
  EXPECT_EQ(errno, EMFILE);
  EXPECT_EQ(others.size(), 15u);
  // Those that nobody can read make room.
  others.clear();
  EXPECT_GE((fd = library_.inotifyInit1(IN_CLOEXEC)), 0);
  ::close(fd);
}

TEST_F(FileWatches, LiveAsLongAsAnyDescriptorOfThem) {
  ASSERT_EQ(watch(folder_, IN_CREATE), 1);
  OwnedFd copy(::dup(fd_.get()));
  fd_.reset();
  write(folder_ / "a", "");
  EXPECT_EQ(EventReader(copy.get()).upTo("create:a"), (Events{"create:a"}));
  EXPECT_EQ(library_.inotifyRmWatch(copy.get(), 1), 0);
}

TEST_F(FileWatches, NeverWriteIntoAFileThatHasTheirNumberNow) {
  ASSERT_EQ(watch(folder_, IN_CREATE), 1);
  const fs::path own = folder_ / "own";
  OwnedFd file(::open(own.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  // A program that closes all that it does not know, and opens files of its own.
  int replaced = -1;
  for (int fd = 3; fd < 1024; ++fd) {
    struct stat info;
    const bool isPipe = ::fstat(fd, &info) == 0 && S_ISFIFO(info.st_mode);
    if (fd == fd_.get() || !isPipe || (::fcntl(fd, F_GETFL) & O_ACCMODE) != O_WRONLY) continue;
    ASSERT_EQ(::dup3(file.get(), fd, O_CLOEXEC), fd);
    replaced = fd;
  }
  ASSERT_GE(replaced, 3);
  write(folder_ / "a", "");
  waitForThreads(1);
  EXPECT_EQ(fs::file_size(own), 0u);
  EXPECT_EQ(watch(folder_, IN_CREATE), -1) << "nobody can write to it";
  ::close(replaced);
}

TEST_F(FileWatches, AreSharedWithAForkedChild) {
  ASSERT_EQ(watch(folder_, IN_CREATE), 1);
  const auto outcome = runInChild("", [this] {
    const fs::path inner = folder_ / "inner";
    fs::create_directory(inner);
    events_.upTo("create-dir:inner");  // From the parent's thread.
    // And a thread of its own, for what it adds.
    if (watch(inner, IN_CREATE) != 2) return 1;
    write(inner / "a", "");
    events_.upTo("create:a");
    return ::testing::Test::HasFailure() ? 2 : 0;
  });
  EXPECT_EQ(outcome.ending(), "exit 0") << outcome.out << outcome.err;
}

TEST_F(FileWatches, GoOnInADaemon) {
  const auto outcome = runInChild("", [this] {
    // Its parent, which made the descriptor, does not watch.
    if (watch(folder_, IN_CREATE) != 1) return 1;
    write(folder_ / "a", "");
    events_.upTo("create:a");
    return ::testing::Test::HasFailure() ? 2 : 0;
  });
  EXPECT_EQ(outcome.ending(), "exit 0") << outcome.out << outcome.err;
}

}  // namespace
}  // namespace brood
