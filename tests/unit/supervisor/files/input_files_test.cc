#include "supervisor/files/input_files.h"

#include <capnp/message.h>
#include <gtest/gtest.h>

namespace brood::supervisor {
namespace {

constexpr uint64_t kKiB = 1024;

class InputFilesTest : public testing::Test {
 protected:
  InputFilesTest() {
    limits_.fileBytes = 64 * kKiB;
    limits_.workspaceBytes = 256 * kKiB;
    limits_.workspaceInodes = 16;
    config_.maxInputs = 4;
    config_.maxInputFileBytes = 32 * kKiB;
    config_.maxInputBytes = 48 * kKiB;
  }
  ~InputFilesTest() noexcept override {}

  // Checks files of these paths and sizes.
  kj::OneOf<std::vector<InputFile>, RejectionInfo> check(
      const std::vector<std::pair<std::string, size_t>>& wanted) {
    auto files = message_.initRoot<rpc::Job>().initFiles(static_cast<unsigned>(wanted.size()));
    for (unsigned i = 0; i < wanted.size(); ++i) {
      files[i].setPath(wanted[i].first);
      files[i].initContent(static_cast<unsigned>(wanted[i].second));
    }
    return checkInputFiles(files.asReader(), {"main.py", 100, limits_}, config_);
  }
  std::string refusal(const std::vector<std::pair<std::string, size_t>>& wanted) {
    auto checked = check(wanted);
    if (!checked.is<RejectionInfo>()) return "";
    const auto& rejection = checked.get<RejectionInfo>();
    return rejection.code + ": " + rejection.message;
  }

  capnp::MallocMessageBuilder message_;
  JobLimits limits_;
  FilesConfig config_;
};

TEST_F(InputFilesTest, AreKeptInTheOrderGiven) {
  auto checked = check({{"b/c.txt", 3}, {"a.txt", 0}});
  ASSERT_TRUE(checked.is<std::vector<InputFile>>());
  const auto& files = checked.get<std::vector<InputFile>>();
  ASSERT_EQ(files.size(), 2u);
  EXPECT_EQ(files[0].path, "b/c.txt");
  EXPECT_EQ(files[0].content.size(), 3u);
  EXPECT_EQ(files[1].path, "a.txt");
}

TEST_F(InputFilesTest, PathsAreNamedWithTheirFault) {
  EXPECT_EQ(refusal({{"a", 1}, {"../b", 1}}),
            "invalid_path: files[1].path must not have '.' or '..' as a part, got '../b'");
  EXPECT_EQ(refusal({{"main.py", 1}}),
            "invalid_path: files[0].path must not be the program's own name, got 'main.py'");
  EXPECT_EQ(refusal({{"a", 1}, {"a", 1}}), "invalid_path: files[1].path is given twice, got 'a'");
  EXPECT_EQ(refusal({{"a", 1}, {"a/b", 1}}),
            "invalid_path: files[1].path has a file as a directory above it, got 'a/b'");
  EXPECT_EQ(refusal({{"a/b", 1}, {"a", 1}}),
            "invalid_path: files[1].path is also a directory of another file, got 'a'");
}

TEST_F(InputFilesTest, CountAndSizesHaveBounds) {
  EXPECT_EQ(refusal({{"a", 0}, {"b", 0}, {"c", 0}, {"d", 0}}), "");
  EXPECT_EQ(refusal({{"a", 0}, {"b", 0}, {"c", 0}, {"d", 0}, {"e", 0}}),
            "too_many: files may have at most 4 files, got 5");
  EXPECT_EQ(refusal({{"a", 32 * kKiB}}), "");
  EXPECT_EQ(refusal({{"a", 32 * kKiB + 1}}),
            "too_large: files[0].content may have at most 32768 bytes, got 32769");
  EXPECT_EQ(refusal({{"a", 32 * kKiB}, {"b", 16 * kKiB + 1}}),
            "too_large: files may have at most 49152 bytes, got 49153");
}

TEST_F(InputFilesTest, TheJobsOwnLimitsMustHoldThem) {
  limits_.fileBytes = 1000;
  EXPECT_EQ(refusal({{"a", 1001}}),
            "invalid_limit: limits.file_bytes must hold the 1001 bytes of the program and its "
            "files, got 1000");
  limits_.fileBytes = 64 * kKiB;
  // The program takes a page and each of these two as well, however small.
  limits_.workspaceBytes = 3 * 4096;
  EXPECT_EQ(refusal({{"a", 1}, {"b", 4096}}), "");
  EXPECT_NE(refusal({{"a", 1}, {"b", 4097}}).find("limits.workspace_bytes"), std::string::npos);
  limits_.workspaceBytes = 256 * kKiB;
  // The working directory, the program, the file, its two directories.
  limits_.workspaceInodes = 5;
  EXPECT_EQ(refusal({{"a/b/c", 1}}), "");
  EXPECT_NE(refusal({{"a/b/c", 1}, {"d", 0}}).find("limits.workspace_inodes must hold the 6 names"),
            std::string::npos);
}

TEST_F(InputFilesTest, PatternsAreNamedWithTheirFault) {
  config_.maxPatterns = 2;
  auto patternsOf = [&](std::initializer_list<const char*> texts) {
    auto patterns = message_.initRoot<rpc::Job>().initCollect(static_cast<unsigned>(texts.size()));
    unsigned i = 0;
    for (const char* text : texts) patterns.set(i++, text);
    auto checked = checkPatterns(patterns.asReader(), config_);
    return checked.is<RejectionInfo>() ? checked.get<RejectionInfo>().message : "";
  };
  EXPECT_EQ(patternsOf({"*.csv", "out/**"}), "");
  EXPECT_EQ(patternsOf({"a", "b", "c"}), "collect may have at most 2 patterns, got 3");
  EXPECT_EQ(patternsOf({"*", "/etc/*"}), "collect[1] must be relative, got '/etc/*'");
}

}  // namespace
}  // namespace brood::supervisor
