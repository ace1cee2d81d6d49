#include "cli/client/session_list.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace brood::cli {
namespace {

ListedSession example() {
  ListedSession listed;
  listed.id = "s1";
  listed.language = "python";
  listed.profile = "default";
  listed.state = "running";
  listed.memoryBytes = 5 << 20;
  listed.cells = 3;
  listed.labels = {{"user", "7"}, {"x", "y"}};
  return listed;
}

TEST(SessionListTest, PeopleGetATable) {
  const auto table = sessionsTable({example()});
  EXPECT_TRUE(table.starts_with("ID  LANGUAGE")) << table;
  EXPECT_NE(table.find("5 MiB"), std::string::npos) << table;
  EXPECT_NE(table.find("user=7,x=y"), std::string::npos) << table;
}

TEST(SessionListTest, ProgramsGetJson) {
  const auto json = nlohmann::json::parse(sessionsJson({example()}));
  EXPECT_EQ(json["sessions"][0]["metadata"]["user"], "7");
  EXPECT_EQ(json["sessions"][0]["cells"], 3);
  EXPECT_EQ(nlohmann::json::parse(sessionsJson({}))["sessions"].size(), 0u);
}

}  // namespace
}  // namespace brood::cli
