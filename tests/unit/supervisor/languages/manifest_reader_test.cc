#include "supervisor/languages/manifest_reader.h"

#include <gtest/gtest.h>

namespace brood::supervisor {
namespace {

constexpr const char* kText = R"TOML(name = "lua"
endings = ["lua", "wlua"]
keeps = true
[limits]
open_files = 32
processes = 8
[environment]
A = "1"
B = ""
[sample]
code = "print(1)"
)TOML";

std::string refusalOf(const ManifestReader& reader) {
  return reader.refusal() ? reader.refusal()->text() : "";
}

TEST(ManifestReader, GivesValuesByKey) {
  ManifestReader reader(kText, "f");
  EXPECT_EQ(reader.requiredText("name"), "lua");
  EXPECT_EQ(reader.text("sample.code"), "print(1)");
  EXPECT_EQ(reader.texts("endings"), (std::vector<std::string>{"lua", "wlua"}));
  EXPECT_TRUE(reader.flag("keeps"));
  EXPECT_EQ(reader.numberTable("limits"),
            (std::vector<std::pair<std::string, uint64_t>>{{"open_files", 32}, {"processes", 8}}));
  EXPECT_EQ(reader.textTable("environment"), (ManifestReader::Pairs{{"A", "1"}, {"B", ""}}));
  EXPECT_EQ(reader.keys(), (std::vector<std::string>{"endings", "environment", "keeps", "limits",
                                                     "name", "sample"}));
  EXPECT_EQ(reader.keys("sample"), std::vector<std::string>{"code"});
  EXPECT_EQ(refusalOf(reader), "");
}

TEST(ManifestReader, AbsentKeysAreEmptyAndNoFault) {
  ManifestReader reader(kText, "f");
  EXPECT_EQ(reader.text("nothing"), "");
  EXPECT_EQ(reader.text("sample.nothing"), "");
  EXPECT_EQ(reader.text("name.below"), "") << "a text has nothing below it";
  EXPECT_TRUE(reader.texts("nothing").empty());
  EXPECT_TRUE(reader.textTable("nothing").empty());
  EXPECT_TRUE(reader.numberTable("nothing").empty());
  EXPECT_FALSE(reader.flag("nothing"));
  EXPECT_TRUE(reader.keys("nothing").empty());
  EXPECT_TRUE(reader.has("sample.code"));
  EXPECT_FALSE(reader.has("sample.nothing"));
  EXPECT_EQ(refusalOf(reader), "");
}

TEST(ManifestReader, WrongTypesAreRefusedWithTheirLine) {
  auto refused = [](auto&& read) {
    ManifestReader reader(kText, "f");
    read(reader);
    return refusalOf(reader);
  };
  EXPECT_EQ(refused([](auto& r) { r.text("keeps"); }), "f:3: 'keeps' must be a string");
  EXPECT_EQ(refused([](auto& r) { r.texts("name"); }), "f:1: 'name' must be a list of strings");
  EXPECT_EQ(refused([](auto& r) { r.flag("name"); }), "f:1: 'name' must be true or false");
  EXPECT_EQ(refused([](auto& r) { r.textTable("name"); }), "f:1: 'name' must be a table");
  EXPECT_EQ(refused([](auto& r) { r.textTable("limits"); }),
            "f:5: 'limits.open_files' must be a string");
  EXPECT_EQ(refused([](auto& r) { r.numberTable("environment"); }),
            "f:8: 'environment.A' must be a whole number");
  EXPECT_EQ(refused([](auto& r) { r.requiredText("nothing"); }), "f:1: 'nothing' is missing");
}

TEST(ManifestReader, KeepsTheFirstFault) {
  ManifestReader reader(kText, "f");
  reader.text("keeps");
  reader.flag("name");
  EXPECT_EQ(refusalOf(reader), "f:3: 'keeps' must be a string");
}

TEST(ManifestReader, TextThatIsNoTomlIsRefused) {
  const ManifestReader reader("name = \"lua\"\nname = 1\n", "f");
  ASSERT_TRUE(reader.refusal().has_value());
  EXPECT_EQ(reader.refusal()->line, 2u);
  EXPECT_NE(refusalOf(reader).find("f:2: not TOML: "), std::string::npos) << refusalOf(reader);
}

TEST(ManifestReader, AFaultOfTheWholeFileHasNoLine) {
  EXPECT_EQ((ManifestRefusal{"f.toml", 0, "is empty"}).text(), "f.toml: is empty");
}

}  // namespace
}  // namespace brood::supervisor
