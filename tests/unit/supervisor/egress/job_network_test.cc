#include "supervisor/egress/job_network.h"

#include <gtest/gtest.h>

#include <cctype>
#include <map>

namespace brood::supervisor {
namespace {

TEST(JobNetwork, ProxiesAreNamedInBothCases) {
  const std::map<std::string, std::string> variables(networkVariables().begin(),
                                                     networkVariables().end());
  for (std::string name : {"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"}) {
    ASSERT_EQ(variables.count(name), 1u) << name;
    std::string lower = name;
    for (char& c : lower) c = static_cast<char>(std::tolower(c));
    EXPECT_EQ(variables.at(name), variables.at(lower));
  }
  EXPECT_EQ(variables.at("HTTP_PROXY"), "http://127.0.0.1:3128");
  EXPECT_EQ(variables.at("NODE_USE_ENV_PROXY"), "1");
}

}  // namespace
}  // namespace brood::supervisor
