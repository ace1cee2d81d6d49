// Compares the template's mounts, as the kernel lists them, with what the pool makes of them.
#include "zygote/slots/root_pool.h"

#include <errno.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <kj/debug.h>
#include <sched.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/unit/zygote/forked_child.h"
#include "zygote/slots/root_template.h"

namespace brood::zygote {
namespace {

TEST(MountPointsBelow, AreThoseAtOrBelowTheRootOnceAndParentsFirst) {
  const std::string mountinfo =
      "1 0 0:1 / / rw - tmpfs stage rw\n"
      "5 2 8:1 /usr/share /template/usr/share ro - ext4 /dev/x rw\n"
      "2 1 0:2 / /template ro - tmpfs root rw\n"
      "3 2 8:1 /usr /template/usr ro,nosuid shared:1 - ext4 /dev/x rw\n"
      "4 2 8:1 /usr /template/usr ro - ext4 /dev/x rw\n"
      "6 1 8:1 / /templates ro - ext4 /dev/x rw\n"
      "7 2 8:1 / /template/a\\040b\\134c ro - ext4 /dev/x rw\n";
  EXPECT_EQ(mountPointsBelow("/template", mountinfo),
            (std::vector<std::string>{"/template", "/template/a b\\c", "/template/usr",
                                      "/template/usr/share"}));
}

TEST(MountPointsBelow, AreNoneOfNothing) { EXPECT_TRUE(mountPointsBelow("/template", "").empty()); }

// A stage as root_template.cc makes it, in a mount namespace of this process's own: a template with
// a file, a directory bound into it that has another file system mounted below, and one bound file.
void enterStage() {
  namespace fs = std::filesystem;
  KJ_SYSCALL(::unshare(CLONE_NEWNS));
  KJ_SYSCALL(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr));
  KJ_SYSCALL(::mount("stage", "/tmp", "tmpfs", 0, "size=1m"));
  KJ_SYSCALL(::chdir("/tmp"));
  for (const char* name : {"proc", "template", "own", "nothing", "source", "source/below"}) {
    fs::create_directory(name);
  }
  KJ_SYSCALL(::mount("proc", "proc", "proc", 0, nullptr));
  KJ_SYSCALL(::mount("template", "template", "tmpfs", MS_NOSUID, "size=1m"));
  KJ_SYSCALL(::mount("below", "source/below", "tmpfs", MS_NOEXEC, "size=1m"));
  std::ofstream("source/file") << "of the source";
  std::ofstream("source/below/file") << "of what is mounted below";
  std::ofstream("template/file") << "of the template";
  fs::create_directory("template/bound");
  KJ_SYSCALL(::mount("source", "template/bound", nullptr, MS_BIND | MS_REC, nullptr));
  KJ_SYSCALL(::syscall(SYS_pivot_root, ".", "."));
  KJ_SYSCALL(::umount2(".", MNT_DETACH));
  KJ_SYSCALL(::chdir("/"));
}

int lock(const char* path) {
  const int fd = ::open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return errno;
  return ::flock(fd, LOCK_EX | LOCK_NB) < 0 ? errno : 0;
}

std::string contentOf(const char* path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Each in a child: 0 if all was as it should be, or the line that was not.
#define EXPECT_OR_LINE(condition) \
  if (!(condition)) return __LINE__

int locksOfTwoRoots() {
  enterStage();
  OwnedFd proc(::open("/proc", O_PATH | O_DIRECTORY));
  RootPool pool(proc.get());
  EXPECT_OR_LINE(pool.shared().empty());
  // A process of the host has locked all three, and goes on.
  for (const char* path :
       {"/template/file", "/template/bound/file", "/template/bound/below/file"}) {
    EXPECT_OR_LINE(lock(path) == 0 && lock(path) == EWOULDBLOCK);
  }
  for (int i = 0; i < 2; ++i) {
    EXPECT_OR_LINE(pool.enter() == 0);
    for (const char* path : {"/own/file", "/own/bound/file", "/own/bound/below/file"}) {
      // The second root does not meet what the first one locked.
      EXPECT_OR_LINE(lock(path) == 0 && lock(path) == EWOULDBLOCK);
    }
    EXPECT_OR_LINE(contentOf("/own/file") == "of the template");
    EXPECT_OR_LINE(contentOf("/own/bound/file") == "of the source");
    EXPECT_OR_LINE(contentOf("/own/bound/below/file") == "of what is mounted below");
    EXPECT_OR_LINE(::access("/template/file", F_OK) < 0);
    EXPECT_OR_LINE(::open("/own/file", O_WRONLY) < 0 && errno == EROFS);
    pool.comeHome(1000 + i);
    EXPECT_OR_LINE(::access("/template/file", F_OK) == 0);
  }
  return 0;
}

int flagsOfRoots() {
  enterStage();
  OwnedFd proc(::open("/proc", O_PATH | O_DIRECTORY));
  RootPool pool(proc.get());
  EXPECT_OR_LINE(pool.enter() == 0);
  struct statvfs info;
  EXPECT_OR_LINE(::statvfs("/own", &info) == 0);
  EXPECT_OR_LINE((info.f_flag & (ST_NOSUID | ST_RDONLY)) == (ST_NOSUID | ST_RDONLY));
  EXPECT_OR_LINE((info.f_flag & (ST_NODEV | ST_NOEXEC)) == 0);
  EXPECT_OR_LINE(::statvfs("/own/bound/below", &info) == 0 && (info.f_flag & ST_NOEXEC) != 0);
  return 0;
}

int anotherSlotsRoot() {
  enterStage();
  OwnedFd proc(::open("/proc", O_PATH | O_DIRECTORY));
  RootPool pool(proc.get());
  struct stat first, other;
  EXPECT_OR_LINE(pool.enter() == 0 && ::stat("/own", &first) == 0);
  pool.comeHome(1000);
  // As many as there are, and more: none is the first one's while its init lives.
  for (int init = 1001; init < 1050; ++init) {
    EXPECT_OR_LINE(pool.enter() == 0 && ::stat("/own", &other) == 0);
    EXPECT_OR_LINE(other.st_dev != first.st_dev);
    pool.comeHome(init);
  }
  pool.noteEnded(77);  // Somebody else.
  pool.noteEnded(1000);
  EXPECT_OR_LINE(pool.enter() == 0 && ::stat("/own", &other) == 0);
  EXPECT_OR_LINE(other.st_dev == first.st_dev);
  return 0;
}

int whatCannotBeAnOverlay() {
  enterStage();
  std::ofstream("/elsewhere") << "one file";
  // A file is none, and a file system that lets none be made of it neither.
  std::ofstream("/template/a-file") << "";
  KJ_SYSCALL(::mount("/elsewhere", "/template/a-file", nullptr, MS_BIND, nullptr));
  std::filesystem::create_directory("/template/a-proc");
  KJ_SYSCALL(::mount("proc", "/template/a-proc", "proc", 0, nullptr));
  OwnedFd proc(::open("/proc", O_PATH | O_DIRECTORY));
  RootPool pool(proc.get());
  EXPECT_OR_LINE(pool.shared().size() == 2);
  EXPECT_OR_LINE(pool.shared()[0].path == "/a-file" && pool.shared()[0].errnoValue == ENOTDIR);
  EXPECT_OR_LINE(pool.shared()[1].path == "/a-proc" && pool.shared()[1].errnoValue != 0);
  EXPECT_OR_LINE(pool.enter() == 0);
  EXPECT_OR_LINE(contentOf("/own/a-file") == "one file");
  EXPECT_OR_LINE(::access("/own/a-proc/self", F_OK) == 0);
  EXPECT_OR_LINE(contentOf("/own/bound/below/file") == "of what is mounted below");
  return 0;
}

TEST(RootPool, ALockInOneRootIsMetInNoOtherAndNotBelow) {
  EXPECT_EQ(inForkedChild(locksOfTwoRoots), 0) << "the line that was not as it should be";
}

TEST(RootPool, MountsHaveTheFlagsOfWhatTheyAreOf) { EXPECT_EQ(inForkedChild(flagsOfRoots), 0); }

TEST(RootPool, ARootIsUsedAgainOnlyOnceItsSlotHasEnded) {
  EXPECT_EQ(inForkedChild(anotherSlotsRoot), 0);
}

TEST(RootPool, BindsAndNamesPathsWithoutAnOverlay) {
  EXPECT_EQ(inForkedChild(whatCannotBeAnOverlay), 0);
}

}  // namespace
}  // namespace brood::zygote
