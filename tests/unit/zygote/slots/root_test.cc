// A job's root file system, seen from inside.

#include <gtest/gtest.h>
#include <unistd.h>

#include <set>
#include <string>

#include "tests/unit/zygote/zygote_harness.h"

namespace brood::zygote {
namespace {

// As ls prints it: the directories of every sandbox, and of the library directories those that the
// host has, which depends on the packages installed.
std::string expectedRoot() {
  std::set<std::string> names{"bin",  "dev", "etc",  "home", "lib", "mnt", "opt", "proc",
                              "root", "run", "sbin", "sys",  "tmp", "usr", "var", "workspace"};
  for (const char* name : {"lib32", "lib64", "libx32"}) {
    if (::access((std::string("/") + name).c_str(), F_OK) == 0) names.insert(name);
  }
  std::string listing;
  for (const auto& name : names) listing += name + "\n";
  return listing;
}

class RootTest : public ::testing::Test {
 protected:
  std::string sh(const std::string& script) {
    JobResult result = zygote_.sh(slot_, script);
    return result.stdoutText + result.stderrText;
  }

  ZygoteHarness zygote_;
  TestSlot slot_ = zygote_.buildSlot();
};

TEST_F(RootTest, IsReadOnly) {
  for (const char* place : {"/", "/etc", "/usr", "/usr/bin", "/dev", "/var", "/run", "/home",
                            "/opt", "/mnt", "/sys", "/root"}) {
    std::string answer = sh(std::string("echo token; : > ") + place + "/written");
    EXPECT_EQ(answer.rfind("token\n", 0), 0u) << answer;
    bool refused = answer.find("Read-only file system") != std::string::npos ||
                   answer.find("Permission denied") != std::string::npos;
    EXPECT_TRUE(refused) << place << ": " << answer;
  }
  EXPECT_NE(sh(": > /etc/written").find("Read-only file system"), std::string::npos);
}

TEST_F(RootTest, WorkspaceTmpAndShmAreWritable) {
  EXPECT_EQ(sh("pwd; for d in . /workspace /tmp /var/tmp /dev/shm; do"
               " echo kept > $d/file && cat $d/file && rm $d/file; done"),
            "/workspace\nkept\nkept\nkept\nkept\nkept\n");
}

TEST_F(RootTest, BytesAreCapped) {
  for (const char* place : {"/workspace", "/tmp", "/dev/shm"}) {
    std::string answer =
        sh(std::string("head -c 900000 /dev/zero > ") + place + "/a && echo fits;" +
           "head -c 900000 /dev/zero > " + place + "/b || echo stopped; rm " + place + "/[ab]");
    EXPECT_NE(answer.find("fits"), std::string::npos) << answer;
    EXPECT_NE(answer.find("No space left on device"), std::string::npos) << answer;
    EXPECT_NE(answer.find("stopped"), std::string::npos) << answer;
  }
}

TEST_F(RootTest, InodesAreCapped) {
  std::string answer =
      sh("cd /tmp; i=0; while [ $i -lt 100 ]; do : > f$i || break; i=$((i+1));"
         " done 2>&1; echo made $i");
  EXPECT_NE(answer.find("No space left on device"), std::string::npos) << answer;
}

TEST_F(RootTest, ASlotNeverSeesAnothersFiles) {
  sh("echo secret | tee /tmp/residue /workspace/residue /dev/shm/residue /var/tmp/residue2");
  TestSlot next = zygote_.buildSlot();
  JobResult result = zygote_.sh(next, "find /tmp /dev/shm /var/tmp/ /workspace -type f");
  EXPECT_EQ(result.stdoutText, "/workspace/main.sh\n");
}

TEST_F(RootTest, DevHoldsFiveDevicesAndLinks) {
  EXPECT_EQ(sh("ls /dev"),
            "fd\nfull\nnull\nptmx\npts\nrandom\nshm\nstderr\nstdin\nstdout\nurandom\nzero\n");
  EXPECT_EQ(sh("head -c 4 /dev/urandom | wc -c; head -c 3 /dev/zero | wc -c; echo x > /dev/null;"
               "echo out > /dev/stdout"),
            "4\n3\nout\n");
  EXPECT_NE(sh("head -c 1 /dev/zero > /dev/full").find("No space left"), std::string::npos);
}

TEST_F(RootTest, EtcIsGeneratedAndCopied) {
  EXPECT_EQ(sh("id -un; test -e /etc/ld.so.cache && test -d /etc/alternatives && echo copied;"
               "test -e /etc/shadow || echo clean; wc -c < /etc/resolv.conf"),
            "sandbox\ncopied\nclean\n0\n");
}

TEST_F(RootTest, NothingOfTheHostIsThere) {
  std::string answer = sh("ls -d /template /oldroot /proc/1/root/template " BROOD_ZYGOTE_NONE
                          " 2>/dev/null; cat /proc/self/mountinfo");
  EXPECT_EQ(answer.find("/template "), std::string::npos) << answer;
  EXPECT_EQ(answer.find("libexec"), std::string::npos) << answer;
  EXPECT_EQ(sh("ls /"), expectedRoot());
}

TEST_F(RootTest, InitShowsNothingOfOurs) {
  // Closed to others by hidepid, even what any process may read of any other elsewhere.
  EXPECT_EQ(sh("cat /proc/1/cmdline /proc/1/environ; "
               "readlink /proc/1/exe /proc/1/root /proc/1/cwd; true"),
            "cat: /proc/1/cmdline: Operation not permitted\n"
            "cat: /proc/1/environ: Operation not permitted\n");
}

}  // namespace
}  // namespace brood::zygote
