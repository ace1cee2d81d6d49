// Documents lead somewhere: links and paths exist, every document is in an index, the entrance
// documents stay short, and a decision has its headings.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <string>
#include <vector>

namespace brood::style {
namespace {

namespace fs = std::filesystem;

const fs::path kRoot = BROOD_SOURCE_DIR;

std::string readText(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<fs::path> documents() {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(kRoot)) {
    if (entry.path().extension() == ".md") found.push_back(entry.path());
  }
  for (const auto& entry : fs::recursive_directory_iterator(kRoot / "docs")) {
    if (entry.path().extension() == ".md") found.push_back(entry.path());
  }
  return found;
}

std::vector<std::string> allMatches(const std::string& text, const char* pattern) {
  const std::regex regex(pattern);
  std::vector<std::string> found;
  for (std::sregex_iterator match(text.begin(), text.end(), regex), end; match != end; ++match) {
    found.push_back((*match)[1]);
  }
  return found;
}

long linesOf(const std::string& text) { return std::count(text.begin(), text.end(), '\n'); }

// "## Rooms and words" as "rooms-and-words".
std::string anchorOf(const std::string& heading) {
  std::string anchor;
  for (const unsigned char c : heading) {
    if (std::isalnum(c) || c >= 0x80 || c == '_' || c == '-') {
      anchor += static_cast<char>(std::tolower(c));
    }
    if (c == ' ') anchor += '-';
  }
  return anchor;
}

bool hasAnchor(const std::string& text, const std::string& anchor) {
  for (const auto& heading : allMatches(text, R"((?:^|\n)#+ ([^\n]+))")) {
    if (anchorOf(heading) == anchor) return true;
  }
  return false;
}

// A path in code quotes that begins with a room.
constexpr char kPath[] =
    R"(`((?:base|rpc|config|host|canary|runtimes|zygote|supervisor|gateway|cli|tests|deploy)/)"
    R"([\w./-]*)`)";

// An ending may be missing, as in `zygote/worker/worker`.
bool exists(const std::string& path) {
  for (const char* ending : {"", ".h", ".cc", ".py"}) {
    if (fs::exists(kRoot / (path + ending))) return true;
  }
  return fs::exists(kRoot / "tests" / path);
}

TEST(DocumentsTest, LinksLeadSomewhere) {
  for (const auto& document : documents()) {
    for (const auto& link : allMatches(readText(document), R"(\]\(([^)\s]+)\))")) {
      if (link.find("://") != link.npos) continue;
      const auto hash = link.find('#');
      const fs::path target = hash == 0 ? document : document.parent_path() / link.substr(0, hash);
      EXPECT_TRUE(fs::exists(target)) << document << ": " << link;
      if (hash == link.npos || !fs::exists(target)) continue;
      EXPECT_TRUE(hasAnchor(readText(target), link.substr(hash + 1))) << document << ": " << link;
    }
  }
}

TEST(DocumentsTest, PathsExist) {
  for (const auto& document : documents()) {
    const auto paths = allMatches(readText(document), kPath);
    for (const auto& path : paths) EXPECT_TRUE(exists(path)) << document << ": " << path;
  }
}

TEST(DocumentsTest, TheEntranceIsShort) {
  EXPECT_LE(linesOf(readText(kRoot / "README.md")), 100);
  EXPECT_LE(linesOf(readText(kRoot / "ARCHITECTURE.md")), 150);
}

TEST(DocumentsTest, EveryDocumentIsInTheIndex) {
  const std::string index = readText(kRoot / "docs/README.md");
  for (const auto& document : documents()) {
    const auto relative = fs::relative(document, kRoot / "docs").string();
    if (relative.starts_with("decisions/") || relative == "README.md") continue;
    EXPECT_NE(index.find("](" + relative + ")"), std::string::npos) << relative;
  }
}

TEST(DocumentsTest, DecisionsHaveTheirHeadingsAndAPlaceInTheIndex) {
  const std::string index = readText(kRoot / "docs/decisions/README.md");
  for (const auto& entry : fs::directory_iterator(kRoot / "docs/decisions")) {
    const std::string name = entry.path().filename().string();
    if (name == "README.md") continue;
    EXPECT_NE(index.find("](" + name + ")"), std::string::npos) << name;
    const std::string text = readText(entry.path());
    EXPECT_TRUE(text.starts_with("# " + name.substr(0, 4) + " ")) << name;
    EXPECT_TRUE(hasAnchor(text, "context")) << name;
    EXPECT_TRUE(hasAnchor(text, "decision")) << name;
    EXPECT_TRUE(hasAnchor(text, "consequences") || hasAnchor(text, "measured") ||
                hasAnchor(text, "rejected"))
        << name;
  }
}

}  // namespace
}  // namespace brood::style
