#include "cli/commands/arguments.h"

#include <gtest/gtest.h>

namespace brood::cli {
namespace {

Arguments good(std::vector<std::string> arguments) {
  auto parsed = parseArguments(std::move(arguments));
  if (auto* farewell = std::get_if<Farewell>(&parsed)) {
    ADD_FAILURE() << farewell->text;
    return {};
  }
  return std::get<Arguments>(parsed);
}

Farewell bad(std::vector<std::string> arguments) {
  auto parsed = parseArguments(std::move(arguments));
  auto* farewell = std::get_if<Farewell>(&parsed);
  return farewell ? *farewell : Farewell{-1, "was accepted"};
}

TEST(Arguments, PassConfigurationFlagsOn) {
  auto serve = good({"serve", "--port", "0", "--gateway-host=::1"});
  EXPECT_EQ(serve.command, Command::serve);
  EXPECT_EQ(serve.passed, (std::vector<std::string>{"--port", "0", "--gateway-host=::1"}));

  auto status = good({"status", "--json", "--config", "/x.toml"});
  EXPECT_EQ(status.command, Command::status);
  EXPECT_TRUE(status.json);
  EXPECT_EQ(status.passed, (std::vector<std::string>{"--config", "/x.toml"}));

  auto config = good({"config", "--toml", "--port", "1"});
  EXPECT_EQ(config.command, Command::config);
  EXPECT_TRUE(config.toml);
  EXPECT_EQ(config.passed, (std::vector<std::string>{"--port", "1"}));
  EXPECT_EQ(good({"doctor"}).command, Command::doctor);
}

TEST(Arguments, BenchHasItsOwn) {
  auto bench = good({"bench", "--help", "--clients", "4"});
  EXPECT_EQ(bench.command, Command::bench);
  EXPECT_EQ(bench.passed, (std::vector<std::string>{"--help", "--clients", "4"}));
}

TEST(Arguments, RunTakesAFileAndItsArguments) {
  auto parsed = good({"run", "-l", "python", "-p", "plain", "--stdin", "in", "--timeout", "1.5s",
                      "--memory", "64Mi", "--env", "A=1", "--env", "B=x=y", "--timing", "--config",
                      "/c.toml", "main.py"});
  EXPECT_EQ(parsed.command, Command::run);
  EXPECT_EQ(parsed.run.language, "python");
  EXPECT_EQ(parsed.run.profile, "plain");
  EXPECT_EQ(parsed.run.stdinPath, "in");
  EXPECT_EQ(parsed.run.limits.wallTimeMs, 1'500u);
  EXPECT_EQ(parsed.run.limits.memoryBytes, 64u << 20);
  EXPECT_EQ(parsed.run.environment,
            (std::vector<std::pair<std::string, std::string>>{{"A", "1"}, {"B", "x=y"}}));
  EXPECT_TRUE(parsed.run.timing);
  EXPECT_FALSE(parsed.run.json);
  EXPECT_EQ(parsed.run.file, "main.py");
  EXPECT_EQ(parsed.passed, (std::vector<std::string>{"--config", "/c.toml"}));
}

TEST(Arguments, AfterTheFileAreTheJobs) {
  auto parsed = good({"run", "main.py", "--json", "-x", "--", "a b", "-"});
  EXPECT_EQ(parsed.run.file, "main.py");
  EXPECT_FALSE(parsed.run.json);
  EXPECT_EQ(parsed.run.args, (std::vector<std::string>{"--json", "-x", "--", "a b", "-"}));
}

TEST(Arguments, TakeADashForStandardInput) {
  auto parsed = good({"run", "-l", "python", "-", "x"});
  EXPECT_EQ(parsed.run.file, "-");
  EXPECT_EQ(parsed.run.args, std::vector<std::string>{"x"});
}

TEST(Arguments, APlainTimeoutIsInSeconds) {
  EXPECT_EQ(good({"run", "--timeout", "2", "a.py"}).run.limits.wallTimeMs, 2'000u);
}

TEST(Arguments, NameAnyLimit) {
  auto limits = good({"run", "--limit", "cpu_time_ms=2s", "--limit", "processes=4",
                      "--limit=workspace_bytes=8Mi", "a.py", "--limit", "x"})
                    .run.limits;
  EXPECT_EQ(limits.cpuTimeMs, 2'000u);
  EXPECT_EQ(limits.processes, 4u);
  EXPECT_EQ(limits.workspaceBytes, 8u << 20);
  EXPECT_EQ(limits.memoryBytes, 0u);
}

TEST(Arguments, ThatAreWrongSayWhat) {
  struct {
    std::vector<std::string> arguments;
    const char* said;
  } cases[] = {
      {{}, "subcommand"},
      {{"nosuch"}, "subcommand"},
      {{"run"}, "FILE"},
      {{"run", "--nosuch", "a.py"}, "--nosuch"},
      {{"run", "-"}, "-l"},
      {{"run", "-l", "python", "--stdin", "-", "-"}, "--stdin"},
      {{"run", "--timeout", "5d", "a.py"}, "'5d' is not a duration"},
      {{"run", "--memory", "12Q", "a.py"}, "'12Q' is not a quantity"},
      {{"run", "--limit", "processes", "a.py"}, "'processes' is not NAME=VALUE"},
      {{"run", "--limit", "processes=4Mi", "a.py"}, "'4Mi' is not"},
      {{"run", "--limit", "proceses=4", "a.py"}, "did you mean processes?"},
      {{"run", "--env", "A", "a.py"}, "'A' is not NAME=VALUE"},
      {{"run", "--env", "=1", "a.py"}, "'=1' is not NAME=VALUE"},
  };
  for (const auto& each : cases) {
    auto farewell = bad(each.arguments);
    EXPECT_EQ(farewell.exitCode, 2) << each.said;
    EXPECT_NE(farewell.text.find(each.said), std::string::npos) << farewell.text;
  }
}

TEST(Arguments, AnswerHelpAndVersion) {
  EXPECT_EQ(bad({"--version"}).exitCode, 0);
  EXPECT_NE(bad({"--version"}).text.find(BROOD_VERSION), std::string::npos);
  EXPECT_EQ(bad({"--help"}).exitCode, 0);
  EXPECT_NE(bad({"run", "--help"}).text.find("124"), std::string::npos);
  EXPECT_NE(bad({"config", "--help"}).text.find("BROOD_GATEWAY_PORT"), std::string::npos);
}

}  // namespace
}  // namespace brood::cli
