// docs/decisions/0001: every call that a job may make, and every option that passes, has a place in
// the table of what it can hold and what bounds that.

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "zygote/layers/seccomp_argument_lists.h"
#include "zygote/layers/seccomp_tables.h"

namespace brood::zygote {
namespace {

// Between backticks, in the first column of a table.
std::set<std::string> namesInTable() {
  std::set<std::string> names;
  std::ifstream file(BROOD_HOLDINGS_TABLE);
  for (std::string line; std::getline(file, line);) {
    if (line.rfind("| ", 0) != 0) continue;
    std::istringstream column(line.substr(2, line.find(" | ") - 2));
    for (std::string word, text; std::getline(column, text, '`');) {
      if (std::getline(column, word, '`')) names.insert(word);
    }
  }
  return names;
}

class DecisionTest : public ::testing::Test {
 protected:
  void expectNamed(const std::string& name) const { EXPECT_TRUE(names_.contains(name)) << name; }
  void expectNamed(NamedValues values) const {
    for (auto& each : values) expectNamed(each.name);
  }

  const std::set<std::string> names_ = namesInTable();
};

TEST_F(DecisionTest, HasEveryCallThatIsAllowedInSomeTier) {
  for (const char* golden : {BROOD_SYSCALL_TABLE, BROOD_SHARED_SYSCALL_TABLE}) {
    std::ifstream file(golden);
    size_t allowed = 0;
    for (std::string line; std::getline(file, line);) {
      std::istringstream fields(line);
      std::string number, name, verdict;
      fields >> number >> name >> verdict;
      if (verdict != "allow") continue;
      expectNamed(name);
      ++allowed;
    }
    EXPECT_GT(allowed, 150u) << golden;
  }
  // Some are refused with all arguments zero, as the golden table has them.
  std::set<std::string> makers;
  for (const char* name : sandboxMakersProbed()) makers.insert(name);
  for (auto theme : allowedSyscalls()) {
    for (const char* name : theme) {
      if (!makers.contains(name)) expectNamed(name);
    }
  }
  for (const char* name : interprocessSyscalls()) expectNamed(name);
}

TEST_F(DecisionTest, HasEveryOptionThatPasses) {
  for (auto values :
       {allowedPrctls(), allowedFcntls(), allowedIoctls(), allowedSocketLevels(),
        allowedSocketOptions(), allowedIpOptions(), allowedIpv6Options(), allowedTcpOptions(),
        allowedUdpOptions(), bufferSizes(), ipMemberships(), ipv6Memberships()}) {
    EXPECT_GT(values.size(), 0u);
    expectNamed(values);
  }
}

TEST_F(DecisionTest, ANameThatIsNotThereIsNotFound) {
  EXPECT_FALSE(names_.contains("bpf"));
  EXPECT_FALSE(names_.contains("PR_SCHED_CORE"));
}

}  // namespace
}  // namespace brood::zygote
