// Every script in cases/ prints the same, byte for byte, and ends the same under the runtime as
// under `/usr/bin/python3 -u`. A case may have a NAME.stdin and a NAME.args (one a line) beside it.

#include "runtimes/interface/base_environment.h"
#include "tests/unit/runtimes/python/warm_python.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>
#include <regex>
#include <sstream>

namespace brood {
namespace {

namespace fs = std::filesystem;

constexpr char kPython[] = "/usr/bin/python3";

std::string readWhole(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

Script loadCase(const std::string& name) {
  const fs::path folder = CASES_FOLDER;
  Script script;
  script.source = readWhole(folder / (name + ".py"));
  script.input = readWhole(folder / (name + ".stdin"));
  std::istringstream args(readWhole(folder / (name + ".args")));
  for (std::string line; std::getline(args, line);) script.args.push_back(line);
  return script;
}

std::vector<std::string> caseNames() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(CASES_FOLDER)) {
    if (entry.path().extension() == ".py") names.push_back(entry.path().stem());
  }
  std::sort(names.begin(), names.end());
  return names;
}

// Addresses differ between any two processes.
std::string withoutAddresses(const std::string& text) {
  static const std::regex address("0x[0-9a-f]{6,}");
  return std::regex_replace(text, address, "0x...");
}

int execNative(const Script& script, const fs::path& folder) {
  const std::string path = folder / "main.py";
  std::ofstream(path, std::ios::binary) << script.source;
  if (chdir(folder.c_str()) != 0) return 126;
  clearenv();
  for (const auto& variable : kBaseEnvironment) setenv(variable.name, variable.value, 1);
  setenv("MPLBACKEND", "Agg", 1);
  setenv("MPLCONFIGDIR", "/tmp/matplotlib", 1);
  setenv("PWD", folder.c_str(), 1);
  std::vector<std::string> command = {kPython, "-u", path};
  command.insert(command.end(), script.args.begin(), script.args.end());
  std::vector<char*> argv;
  for (auto& word : command) argv.push_back(word.data());
  argv.push_back(nullptr);
  execv(kPython, argv.data());
  return 127;
}

class PythonDifferentialTest : public ::testing::TestWithParam<std::string> {
 protected:
  static void SetUpTestSuite() { python_ = std::make_unique<WarmPython>(commonModules()); }
  static void TearDownTestSuite() { python_.reset(); }

  static inline std::unique_ptr<WarmPython> python_;
};

TEST_P(PythonDifferentialTest, SameAsNative) {
  const Script script = loadCase(GetParam());
  TemporaryFolder folder;
  ChildResult native = runInChild(script.input, [&] { return execNative(script, folder.path()); });
  folder.empty();
  ChildResult ours = python_->run(script, folder.path());

  EXPECT_EQ(withoutAddresses(native.out), withoutAddresses(ours.out));
  EXPECT_EQ(withoutAddresses(native.err), withoutAddresses(ours.err));
  EXPECT_EQ(native.ending(), ours.ending());
}

INSTANTIATE_TEST_SUITE_P(Cases, PythonDifferentialTest, ::testing::ValuesIn(caseNames()),
                         [](const auto& instance) { return instance.param; });

}  // namespace
}  // namespace brood
