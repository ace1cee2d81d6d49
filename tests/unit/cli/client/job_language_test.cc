#include "cli/client/job_language.h"

#include <capnp/message.h>
#include <gtest/gtest.h>

#include "cli/terminal/cli_error.h"

namespace brood::cli {
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

  std::string languageOf(const std::string& path, const std::string& code = "") {
    return languageOfFile(path, code, message_.getRoot<rpc::Status>().getRuntimes());
  }

  capnp::MallocMessageBuilder message_;
};

TEST_F(JobLanguageTest, IsToldByTheEnding) {
  EXPECT_EQ(languageOf("a.py"), "python");
  EXPECT_EQ(languageOf("/some.where/a.b.py"), "python");
  EXPECT_EQ(languageOf("x.lua"), "lua");
}

TEST_F(JobLanguageTest, IsElseToldByTheFirstLine) {
  for (const char* line :
       {"#!/usr/bin/python3", "#! /usr/bin/python3 -u", "#!/opt/python3.11", "#!python3.11\r",
        "#!/usr/bin/env python3", "#!/usr/bin/env -S A=1 python3 -u", "#!/usr/bin/env\tpython"}) {
    EXPECT_EQ(languageOf("script", std::string(line) + "\nprint(1)\n"), "python") << line;
    EXPECT_EQ(languageOf("script", line), "python") << line;
  }
  EXPECT_EQ(languageOf("script.txt", "#!/usr/local/bin/lua5.4\n"), "lua");
  EXPECT_EQ(languageOf("a.lua", "#!/usr/bin/python3\n"), "lua");
  for (const char* code : {"", "#", "#!", "#!\npython3", "#!/usr/bin/env", "#!/bin/python3x",
                           " #!/usr/bin/python3", "#!/usr/bin/ruby", "#!/3.11"}) {
    EXPECT_THROW(languageOf("script", code), CliError) << code;
  }
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
}  // namespace brood::cli
