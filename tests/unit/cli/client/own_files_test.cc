#include "cli/client/own_files.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "cli/terminal/cli_error.h"

namespace brood::cli {
namespace {

TEST(OwnFilesTest, WritesAndReadsThemWhole) {
  const std::string path =
      std::filesystem::temp_directory_path() / ("own-files-" + std::to_string(::getpid()));
  const std::string content("a\0b", 3);
  writeWhole(path, content);
  EXPECT_EQ(readAll(path), content);
  writeWhole(path, "");
  EXPECT_EQ(readAll(path), "");
  std::filesystem::remove(path);
  EXPECT_THROW(readAll(path), CliError);
  EXPECT_THROW(writeWhole(path + "/nowhere", "x"), CliError);
}

}  // namespace
}  // namespace brood::cli
