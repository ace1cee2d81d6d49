#include "cli/commands/session_wish.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "cli/client/own_files.h"

namespace brood::cli {
namespace {

TEST(SessionWishTest, BringsTheFilesAndTheTenantsLimit) {
  const std::string path =
      std::filesystem::temp_directory_path() / ("wish-" + std::to_string(::getpid()));
  writeWhole(path, "content");
  SessionArguments arguments;
  arguments.language = "bash";
  arguments.files = {{path, "name"}};
  const auto wish = wishOf(arguments, {"acme", 1, 5});
  std::filesystem::remove(path);
  EXPECT_EQ(wish.language, "bash");
  EXPECT_EQ(wish.files[0].first, "name");
  EXPECT_EQ(wish.files[0].second, "content");
  EXPECT_EQ(wish.mostSessions, 5u);
}

}  // namespace
}  // namespace brood::cli
