#include "recorder/files/audit_log.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <nlohmann/json.hpp>
#include <sstream>
#include <system_error>

#include "tests/unit/recorder/temporary_folder.h"

namespace brood::recorder {
namespace {

AuditEvent event(uint64_t number, size_t detailBytes = 10) {
  AuditEvent made;
  made.writer = "g_1";
  made.number = number;
  made.kind = "job";
  made.detail = std::string(detailBytes, 'x');
  return made;
}

// A file that cannot grow beyond so much: what a full disk is to a writer.
class SmallDisk {
 public:
  explicit SmallDisk(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &former_);
    former_signal_ = ::signal(SIGXFSZ, SIG_IGN);
    set(bytes);
  }
  ~SmallDisk() {
    ::setrlimit(RLIMIT_FSIZE, &former_);
    ::signal(SIGXFSZ, former_signal_);
  }
  void set(rlim_t bytes) {
    const rlimit limit{bytes, former_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }

 private:
  rlimit former_;
  sighandler_t former_signal_;
};

class AuditLogTest : public testing::Test {
 protected:
  AuditLog open(AuditOnFailure onFailure, AuditSync sync = AuditSync::always) {
    return AuditLog({path_, sync, onFailure});
  }
  std::vector<nlohmann::json> lines() {
    std::istringstream text(contentOf(path_));
    std::vector<nlohmann::json> result;
    for (std::string line; std::getline(text, line);) {
      result.push_back(nlohmann::json::parse(line, nullptr, false));
    }
    return result;
  }

  TemporaryFolder folder_;
  std::string path_ = folder_ / "audit.jsonl";
};

TEST_F(AuditLogTest, AppendsToWhatIsThere) {
  EXPECT_TRUE(open(AuditOnFailure::refuse).append({event(1), event(2)}));
  EXPECT_TRUE(open(AuditOnFailure::refuse).append({event(3)}));
  ASSERT_EQ(lines().size(), 3u);
  EXPECT_EQ(lines()[2]["number"], 3);
  struct stat facts;
  ASSERT_EQ(::stat(path_.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 07777, 0600u);
}

TEST_F(AuditLogTest, AFullDiskRefuses) {
  AuditLog log = open(AuditOnFailure::refuse);
  EXPECT_TRUE(log.append({event(1)}));
  {
    SmallDisk disk(300);
    EXPECT_FALSE(log.append({event(2, 500)}));
    EXPECT_NE(log.problem().find("cannot write"), std::string::npos);
    EXPECT_EQ(lines().size(), 1u);  // Nothing half.
  }
  EXPECT_TRUE(log.append({event(2, 500)}));
  EXPECT_EQ(log.problem(), "");
  EXPECT_EQ(log.linesLost(), 0u);
  ASSERT_EQ(lines().size(), 2u);
  EXPECT_EQ(lines()[1]["number"], 2);
}

TEST_F(AuditLogTest, OrCountsWhatIsLost) {
  AuditLog log = open(AuditOnFailure::count);
  EXPECT_TRUE(log.append({event(1)}));
  {
    SmallDisk disk(300);
    EXPECT_TRUE(log.append({event(2, 500), event(3, 500)}));
    EXPECT_TRUE(log.append({event(4, 500)}));
  }
  EXPECT_EQ(log.linesLost(), 3u);
  EXPECT_TRUE(log.append({event(5)}));
  ASSERT_EQ(lines().size(), 3u);
  EXPECT_EQ(lines()[1]["kind"], "lost");
  EXPECT_EQ(lines()[1]["lost"], 3);
  EXPECT_EQ(lines()[2]["number"], 5);
  EXPECT_TRUE(log.append({event(6)}));
  EXPECT_EQ(lines().size(), 4u);  // It is told once.
}

TEST_F(AuditLogTest, ALineThatSomebodyHasLeftHalfStaysAlone) {
  std::ofstream(path_) << "{\"time\":\"20";
  EXPECT_TRUE(open(AuditOnFailure::refuse).append({event(1)}));
  ASSERT_EQ(lines().size(), 2u);
  EXPECT_TRUE(lines()[0].is_discarded());
  EXPECT_EQ(lines()[1]["number"], 1);
}

TEST_F(AuditLogTest, GoesOnInANewFileOnceItIsRotated) {
  AuditLog log = open(AuditOnFailure::refuse, AuditSync::interval);
  log.append({event(1)});
  std::filesystem::rename(path_, path_ + ".1");
  log.append({event(2)});
  EXPECT_EQ(log.reopen(), "");
  log.append({event(3)});
  ASSERT_EQ(lines().size(), 1u);
  EXPECT_EQ(lines()[0]["number"], 3);
  EXPECT_NE(contentOf(path_ + ".1").find("\"number\":2"), std::string::npos);
}

TEST_F(AuditLogTest, StaysWithTheOldFileIfThereIsNoNewOne) {
  AuditLog log = open(AuditOnFailure::refuse);
  std::filesystem::rename(path_, path_ + ".1");
  std::filesystem::create_directory(path_);
  EXPECT_NE(log.reopen(), "");
  EXPECT_TRUE(log.append({event(1)}));
  EXPECT_NE(contentOf(path_ + ".1").find("\"number\":1"), std::string::npos);
}

TEST_F(AuditLogTest, KnowsTheLastLineOfEachWriter) {
  AuditLog log = open(AuditOnFailure::refuse);
  AuditEvent other = event(90);
  other.writer = "g_2";
  log.append({event(1), other, event(2)});
  EXPECT_EQ(log.lastNumberOf("g_1"), 2u);
  EXPECT_EQ(log.lastNumberOf("g_2"), 90u);
  EXPECT_EQ(log.lastNumberOf("g_3"), 0u);
  std::vector<AuditEvent> many;
  for (uint64_t number = 3; number < 10'000; ++number) many.push_back(event(number, 200));
  log.append(many);
  EXPECT_EQ(log.lastNumberOf("g_1"), 9'999u);
  EXPECT_EQ(log.lastNumberOf("g_2"), 0u);  // Too far back.
}

TEST_F(AuditLogTest, FollowsNoLink) {
  std::filesystem::create_symlink("/dev/null", path_);
  EXPECT_THROW(open(AuditOnFailure::refuse), std::system_error);
}

}  // namespace
}  // namespace brood::recorder
