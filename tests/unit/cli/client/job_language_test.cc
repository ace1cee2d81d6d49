#include "cli/job_language.h"

#include <capnp/message.h>
#include <gtest/gtest.h>

#include "cli/cli_error.h"

namespace brood {
namespace {

class JobLanguageTest : public testing::Test {
 protected:
  ~JobLanguageTest() noexcept override = default;

  JobLanguageTest() {
    auto runtimes = message_.initRoot<rpc::Status>().initRuntimes(2);
    runtimes[0].setLanguage("python");
    auto aliases = runtimes[0].initAliases(2);
    aliases.set(0, "python3");
    aliases.set(1, "py");
    runtimes[0].initEndings(1).set(0, "py");
    runtimes[1].setLanguage("lua");
    runtimes[1].initEndings(1).set(0, "lua");
  }

  std::string languageOf(const std::string& path) {
    return languageOfFile(path, message_.getRoot<rpc::Status>().getRuntimes());
  }

  capnp::MallocMessageBuilder message_;
};

TEST_F(JobLanguageTest, IsToldByTheEnding) {
  EXPECT_EQ(languageOf("a.py"), "python");
  EXPECT_EQ(languageOf("/some.where/a.b.py"), "python");
  EXPECT_EQ(languageOf("x.lua"), "lua");
}

TEST_F(JobLanguageTest, IsAskedForWhenTheEndingSaysNothing) {
  for (const char* path : {"a", "a.", "a.rb", "a.python3", ".py", "py"}) {
    try {
      FAIL() << path << " is " << languageOf(path);
    } catch (const CliError& error) {
      EXPECT_EQ(error.what(), std::string("cannot tell the language of ") + path +
                                  "; say it with -l (python, lua)");
      EXPECT_EQ(error.exitCode, 2);
    }
  }
}

}  // namespace
}  // namespace brood
