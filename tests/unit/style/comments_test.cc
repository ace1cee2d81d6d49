// Comments read alone: none begins with a word that answers a question nobody has asked.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "tests/unit/style/source_tree.h"

namespace brood::style {
namespace {

constexpr std::string_view kRefusedBeginnings[] = {
    "Of", "Who", "Whoever", "Whose", "Whom", "What", "Whatever", "The same", "Likewise"};

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  return first == text.npos ? std::string_view() : text.substr(first);
}

bool beginsWithRefusedWord(std::string_view text) {
  for (const auto word : kRefusedBeginnings) {
    if (!text.starts_with(word)) continue;
    const char next = text.size() == word.size() ? ' ' : text[word.size()];
    if (std::string_view(" ,:.").find(next) != std::string_view::npos) return true;
  }
  return false;
}

bool endsSentence(std::string_view text) {
  return text.empty() || std::string_view(".:!?").find(text.back()) != std::string_view::npos;
}

// The lines whose comment, or whose sentence at its beginning, starts with a refused word. Strings
// that hold the mark are no comments: a trailing comment follows a blank, and no quote is open.
std::vector<size_t> refusedLines(const SourceFile& file) {
  const bool isScript = file.path.ends_with(".ts") || file.path.ends_with(".mjs");
  const std::string mark = file.isCpp() || isScript ? "//" : "#";
  std::vector<size_t> found;
  bool isNewSentence = true;
  for (size_t i = 0; i < file.lines.size(); ++i) {
    const std::string_view line = trimmed(file.lines[i]);
    if (line.starts_with(mark)) {
      const auto text = trimmed(line.substr(mark.size()));
      if (isNewSentence && beginsWithRefusedWord(text)) found.push_back(i + 1);
      isNewSentence = endsSentence(text);
      continue;
    }
    isNewSentence = true;
    const auto trailing = line.find("  " + mark + " ");
    if (trailing != line.npos && beginsWithRefusedWord(line.substr(trailing + mark.size() + 3))) {
      found.push_back(i + 1);
    }
    if (line.starts_with("\"\"\"") && beginsWithRefusedWord(line.substr(3))) found.push_back(i + 1);
  }
  return found;
}

TEST(CommentsTest, NameTheirSubject) {
  for (const auto& file : readSourceTree(BROOD_SOURCE_DIR)) {
    // Programs of other languages, compared byte by byte.
    if (file.path.find("/corpus/") != std::string::npos) continue;
    for (const size_t line : refusedLines(file)) {
      ADD_FAILURE() << file.path << ":" << line << ": name the subject of this comment";
    }
  }
}

// The marks are put together here, so that this file does not find itself.
TEST(CommentsTest, FindsEachKindOfBeginning) {
  const std::string mark = "//";
  const SourceFile cpp{"a.h",
                       {mark + " Of the last job.", mark + " The slot, and", mark + " what it has.",
                        "int a;  " + mark + " What.", mark + " Ends.", mark + " It is.",
                        mark + " Likewise here.", "int b;  " + mark + " Office hours."}};
  EXPECT_EQ(refusedLines(cpp), (std::vector<size_t>{1, 4, 7}));
  const SourceFile python{"a.py", {"\"\"\"What it does.\"\"\"", "x = 1  # Who asks."}};
  EXPECT_EQ(refusedLines(python), (std::vector<size_t>{1, 2}));
}

}  // namespace
}  // namespace brood::style
