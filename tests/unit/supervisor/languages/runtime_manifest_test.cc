#include "supervisor/languages/runtime_manifest.h"

#include <gtest/gtest.h>

namespace brood::supervisor {
namespace {

constexpr const char* kLeast =
    "name = \"lua\"\nsource_file = \"main.lua\"\nrun_command = [\"/usr/bin/lua\", \"{source}\"]\n";

std::string refusalOf(const std::string& text) {
  auto parsed = parseManifest(text, "f");
  auto* refusal = std::get_if<ManifestRefusal>(&parsed);
  return refusal == nullptr ? "" : refusal->text();
}

// Returns the refusal of the least manifest with one more line, which is its fourth.
std::string refusalWith(const std::string& line) { return refusalOf(kLeast + line + "\n"); }

RuntimeManifest manifestOf(const std::string& text) {
  auto parsed = parseManifest(text, "f");
  if (auto* refusal = std::get_if<ManifestRefusal>(&parsed)) ADD_FAILURE() << refusal->text();
  return std::holds_alternative<RuntimeManifest>(parsed) ? std::get<RuntimeManifest>(parsed)
                                                         : RuntimeManifest{};
}

TEST(RuntimeManifest, NeedsLittle) {
  auto manifest = manifestOf(kLeast);
  EXPECT_EQ(manifest.name, "lua");
  EXPECT_FALSE(manifest.isCompiled());
  EXPECT_EQ(manifest.programFile(manifest.sourceFile), "main.lua");
  EXPECT_EQ(manifest.filledIn(manifest.runCommand),
            (std::vector<std::string>{"/usr/bin/lua", "/workspace/main.lua"}));
  EXPECT_EQ(manifest.limits.memoryBytes, 0u);
  EXPECT_FALSE(manifest.sample.has_value());
}

TEST(RuntimeManifest, MaySayAllOfIt) {
  auto manifest = manifestOf(R"(
name = "c"
description = "The language C"
aliases = ["gcc"]
endings = ["c", "h"]
source_file = "main.c"
version_command = ["gcc", "--version"]
compile_command = ["gcc", "-o", "{artifact}", "{source}"]
artifact = "main"
run_command = ["{artifact}", "-x"]
preload = ["a"]
[environment]
A = "1"
[limits]
memory_bytes = 67_108_864
[compile_limits]
wall_time_ms = 5000
[sample]
code = "int main() {}"
stdout = ""
)");
  EXPECT_EQ(manifest.description, "The language C");
  EXPECT_EQ(manifest.endings, (std::vector<std::string>{"c", "h"}));
  EXPECT_TRUE(manifest.isCompiled());
  EXPECT_EQ(manifest.programFile(manifest.sourceFile), "main");
  EXPECT_EQ(manifest.filledIn(manifest.compileCommand),
            (std::vector<std::string>{"gcc", "-o", "/workspace/main", "/workspace/main.c"}));
  EXPECT_EQ(manifest.environment.at(0).first, "A");
  EXPECT_EQ(manifest.limits.memoryBytes, 64u << 20);
  EXPECT_EQ(manifest.compileLimits.wallTimeMs, 5000u);
  EXPECT_EQ(manifest.sample->code, "int main() {}");
}

TEST(RuntimeManifest, KeepsTheNameOfASourceWhereItMay) {
  const std::string text =
      "name = \"lua\"\nendings = [\"lua\", \"C\"]\nsource_file = \"main.lua\"\n"
      "run_command = [\"/usr/bin/lua\", \"{source}\"]\n";
  auto parsed = parseManifest(text + "keeps_file_name = true\n", "f");
  ASSERT_TRUE(std::holds_alternative<RuntimeManifest>(parsed));
  const auto& keeps = std::get<RuntimeManifest>(parsed);
  for (const char* good : {"a.lua", "Foo_Bar-1.lua", "a.b.lua", "x.C"}) {
    EXPECT_EQ(keeps.sourceNameFor(good), good);
  }
  for (const std::string& bad :
       {std::string(), std::string("a"), std::string("a.py"), std::string(".lua"),
        std::string("-e.lua"), std::string("_.lua"), std::string("a b.lua"), std::string("d/a.lua"),
        std::string("..lua"), std::string("a$.lua"), std::string("a\0.lua", 6),
        std::string("\xc3\xa9.lua"), std::string(130, 'a') + ".lua"}) {
    EXPECT_EQ(keeps.sourceNameFor(bad), "main.lua") << bad;
  }
  EXPECT_EQ(keeps.filledIn(keeps.runCommand, "a.lua").at(1), "/workspace/a.lua");
  auto plain = parseManifest(text, "f");
  EXPECT_EQ(std::get<RuntimeManifest>(plain).sourceNameFor("a.lua"), "main.lua");
  EXPECT_EQ(refusalWith("keeps_file_name = 1"), "f:4: 'keeps_file_name' must be true or false");
  EXPECT_NE(refusalWith("keeps_file_name = true\nparked_command = [\"/bin/x\"]")
                .find("exclude each other"),
            std::string::npos);
}

TEST(RuntimeManifest, IsRefusedWithLineAndReason) {
  EXPECT_EQ(refusalWith("colour = 1"), "f:4: unknown key 'colour'");
  EXPECT_EQ(refusalWith("aliases = 1"), "f:4: 'aliases' must be a list of strings");
  EXPECT_EQ(refusalWith("aliases = [\n\n7]"), "f:6: 'aliases' must be a list of strings");
  EXPECT_EQ(refusalWith("environment = 1"), "f:4: 'environment' must be a table");
  EXPECT_EQ(refusalWith("[environment]\na = 1"), "f:5: 'environment.a' must be a string");
  EXPECT_EQ(refusalWith("[settings]\na = 1"), "f:4: unknown key 'settings'");
  EXPECT_EQ(refusalWith("[limits]\nwall_time = 1"), "f:5: 'limits.wall_time' is not a limit");
  EXPECT_EQ(refusalWith("[limits]\nopen_files = -1"),
            "f:5: 'limits.open_files' must be a whole number");
  EXPECT_EQ(refusalWith("[limits]\nopen_files = 3"),
            "f:5: 'limits.open_files' must be 16..1048576");
  EXPECT_EQ(refusalWith("[environment]\n\"A=B\" = \"\""),
            "f:4: 'environment' has a name or a value that no process can have");
  EXPECT_EQ(refusalWith("[sample]\ncode = \"\""), "f:1: 'sample.stdout' is missing");
  EXPECT_NE(refusalOf("name = [").find("f:1: not TOML: "), std::string::npos);
}

TEST(RuntimeManifest, SaysWhatItCannotGrant) {
  EXPECT_NE(refusalWith("writable_paths = [\"/srv\"]").find("f:4: 'writable_paths' cannot be"),
            std::string::npos);
  EXPECT_NE(refusalWith("seccomp = [\"mount\"]").find("f:4: 'seccomp' cannot be granted"),
            std::string::npos);
}

TEST(RuntimeManifest, NeedsTheArtifactOfACompiler) {
  EXPECT_NE(refusalWith("compile_command = [\"cc\"]").find("'artifact' is missing"),
            std::string::npos);
  EXPECT_NE(refusalWith("artifact = \"main\"").find("needs a compile_command"), std::string::npos);
  EXPECT_NE(refusalWith("[compile_limits]").find("need a compile_command"), std::string::npos);
  EXPECT_NE(refusalWith("compile_command = [\"cc\"]\nartifact = \"a\"\nzygote = \"z\"")
                .find("exclude each other"),
            std::string::npos);
}

TEST(RuntimeManifest, KeepsNamesInTheirFolder) {
  for (const char* name : {"..", ".", "", "../main.lua", "main\\u0000.lua", "/etc/passwd"}) {
    const std::string value = " = \"" + std::string(name) + "\"\n";
    EXPECT_EQ(refusalOf("name = \"x\"\nrun_command = [\"x\"]\nsource_file" + value),
              "f:3: 'source_file' must be a bare file name")
        << name;
    EXPECT_EQ(refusalWith("compile_command = [\"x\"]\nartifact" + value),
              "f:5: 'artifact' must be a bare file name")
        << name;
    EXPECT_EQ(refusalWith("zygote" + value), "f:4: 'zygote' must be a bare file name") << name;
  }
}

TEST(RuntimeManifest, HasNamesThatCanBeSaid) {
  for (const char* name : {"", "a b", "a/b", "a\\nb", "é", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}) {
    const std::string quoted = "\"" + std::string(name) + "\"";
    EXPECT_NE(refusalOf("name = " + quoted + "\nsource_file = \"x\"\nrun_command = [\"x\"]"), "")
        << name;
    EXPECT_NE(refusalWith("aliases = [" + quoted + "]"), "") << name;
    EXPECT_NE(refusalWith("endings = [" + quoted + "]"), "") << name;
  }
  EXPECT_EQ(refusalWith("aliases = [\"c++\", \"c#\", \"lua5.4\"]"), "");
}

TEST(RuntimeManifest, NeedsCommandsThatCanBeExecuted) {
  const std::string start = "name = \"x\"\nsource_file = \"x\"\n";
  EXPECT_EQ(refusalOf(start), "f:1: 'run_command' is missing");
  EXPECT_EQ(refusalOf(start + "run_command = []"), "f:3: 'run_command' must name a program");
  EXPECT_EQ(refusalOf(start + "run_command = [\"\"]"), "f:3: 'run_command' must name a program");
  EXPECT_EQ(refusalOf(start + "run_command = [\"a\\u0000b\"]"),
            "f:3: 'run_command' must not contain NUL");
}

TEST(RuntimeManifest, AnInterpreterParksByACommandOfItsOwn) {
  auto manifest = manifestOf(
      std::string(kLeast) + "parked_command = [\"/usr/bin/lua\", \"{runtimes}/lua/loader.lua\"]\n");
  EXPECT_TRUE(manifest.parks());
  EXPECT_EQ(manifest.zygote, "brood-zygote-parked");
  EXPECT_EQ(manifest.filledIn(manifest.parkedCommand),
            (std::vector<std::string>{"/usr/bin/lua", "/brood/lua/loader.lua"}));
  EXPECT_FALSE(manifestOf(kLeast).parks());
}

TEST(RuntimeManifest, NobodySearchesForWhatParks) {
  EXPECT_EQ(refusalWith("parked_command = [\"lua\"]"),
            "f:4: 'parked_command' must begin with an absolute path");
  EXPECT_EQ(refusalOf(std::string(kLeast) + "zygote = \"z\"\nparked_command = [\"/lua\"]\n"),
            "f:5: 'parked_command' and 'zygote' exclude each other");
}

TEST(RuntimeManifest, SaysHowSessionsHaveContextsInIt) {
  EXPECT_FALSE(manifestOf(kLeast).session.has_value());
  auto executed =
      manifestOf(std::string(kLeast) + "[session]\ncommand = [\"/usr/bin/lua\", \"-i\"]\n");
  ASSERT_TRUE(executed.session.has_value());
  EXPECT_EQ(executed.session->command, (std::vector<std::string>{"/usr/bin/lua", "-i"}));
  auto forked =
      manifestOf(std::string(kLeast) + "zygote = \"z\"\n[session]\npreload = [\"repl\"]\n");
  ASSERT_TRUE(forked.session.has_value());
  EXPECT_EQ(forked.session->preload, (std::vector<std::string>{"repl"}));
}

TEST(RuntimeManifest, RefusesSessionsThatNobodyCouldServe) {
  EXPECT_EQ(refusalWith("[session]"),
            "f:4: 'session.command' is missing: a language without a zygote needs a program that "
            "serves cells");
  EXPECT_EQ(refusalWith("[session]\ncommands = [\"x\"]"), "f:5: unknown key 'session.commands'");
  EXPECT_EQ(refusalOf(std::string(kLeast) + "zygote = \"z\"\n[session]\ncommand = [\"/lua\"]\n"),
            "f:6: 'session.command' is for languages without a zygote of their own");
  EXPECT_EQ(refusalOf(std::string(kLeast) + "[session]\ncommand = [\"/lua\"]\npreload = [\"x\"]\n"),
            "f:6: 'session.preload' needs a zygote that loads it");
}

}  // namespace
}  // namespace brood::supervisor
