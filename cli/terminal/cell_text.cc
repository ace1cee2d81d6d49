#include "cli/terminal/cell_text.h"

#include <cctype>
#include <string>

namespace brood::cli {
namespace {

constexpr std::string_view kBlank = " \t\r\n";

std::string_view trimmedEnd(std::string_view text) {
  const auto last = text.find_last_not_of(kBlank);
  return last == std::string_view::npos ? std::string_view() : text.substr(0, last + 1);
}

bool isBash(std::string_view language) { return language == "bash" || language == "sh"; }

// The brackets and strings that are open at the end of a text.
struct OpenEnds {
  int brackets = 0;
  bool inString = false;   // One that may hold line ends.
  std::string plain = {};  // The text without strings and comments.
};

// How a language writes strings and comments.
class Scanner {
 public:
  Scanner(std::string_view language, std::string_view text)
      : text_(text),
        isPython_(language == "python"),
        isBash_(brood::cli::isBash(language)),
        isScript_(language == "javascript" || language == "typescript") {}

  OpenEnds scan() {
    while (at_ < text_.size() && !ends_.inString) step();
    return std::move(ends_);
  }

 private:
  bool startsWith(std::string_view what) const { return text_.substr(at_).starts_with(what); }

  bool beginsComment() const {
    if (isScript_) return startsWith("//");
    if (text_[at_] != '#') return false;
    return isPython_ || at_ == 0 || std::isspace(static_cast<unsigned char>(text_[at_ - 1])) != 0;
  }

  void step() {
    const char c = text_[at_];
    if (beginsComment()) {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else if (isScript_ && startsWith("/*")) {
      skipTo("*/", 2, false, true);
    } else if (isPython_ && (startsWith("\"\"\"") || startsWith("'''"))) {
      skipTo(text_.substr(at_, 3), 3, true, true);
    } else if (c == '"' || c == '\'' || (c == '`' && (isScript_ || isBash_))) {
      const bool escapes = !(isBash_ && c == '\'');
      skipTo(text_.substr(at_, 1), 1, escapes, isBash_ || c == '`');
    } else {
      if (c == '\\' && isBash_) ++at_;
      // A bracket of bash's that closes a case's pattern has none that opens it.
      if (!isBash_ && (c == '(' || c == '[' || c == '{')) ++ends_.brackets;
      if (!isBash_ && (c == ')' || c == ']' || c == '}')) --ends_.brackets;
      ends_.plain += c;
      ++at_;
    }
  }

  // Behind the end of a string or a comment that begins here. One that may hold line ends, and has
  // no end, stays open; another one ends with its line.
  void skipTo(std::string_view end, size_t beginning, bool escapes, bool spansLines) {
    ends_.plain += '_';
    for (at_ += beginning; at_ < text_.size(); ++at_) {
      if (escapes && text_[at_] == '\\') {
        ++at_;
      } else if (startsWith(end)) {
        at_ += end.size();
        return;
      } else if (text_[at_] == '\n' && !spansLines) {
        return;
      }
    }
    at_ = text_.size();
    ends_.inString = spansLines;
  }

  const std::string_view text_;
  const bool isPython_, isBash_, isScript_;
  size_t at_ = 0;
  OpenEnds ends_;
};

// if and fi, do and done, case and esac, braces.
int openWords(std::string_view plain) {
  int open = 0;
  while (!plain.empty()) {
    const auto first = plain.find_first_not_of(" \t\r\n;&|");
    if (first == std::string_view::npos) break;
    plain.remove_prefix(first);
    const auto word = plain.substr(0, plain.find_first_of(" \t\r\n;&|"));
    if (word == "if" || word == "do" || word == "case" || word == "{") ++open;
    if (word == "fi" || word == "done" || word == "esac" || word == "}") --open;
    plain.remove_prefix(word.size());
  }
  return open;
}

// A block begins with a line that ends in a colon, or with a decorator.
bool isInBlock(std::string_view plain, std::string_view text) {
  const auto lastLine =
      text.substr(text.rfind('\n') == std::string_view::npos ? 0 : text.rfind('\n') + 1);
  if (lastLine.find_first_not_of(kBlank) == std::string_view::npos) return false;
  while (!plain.empty()) {
    const auto line = trimmedEnd(plain.substr(0, plain.find('\n')));
    if (line.ends_with(':') || line.starts_with('@')) return true;
    plain.remove_prefix(std::min(plain.size(), plain.find('\n') == std::string_view::npos
                                                   ? plain.size()
                                                   : plain.find('\n') + 1));
  }
  return false;
}

}  // namespace

bool isWholeCell(std::string_view language, std::string_view text) {
  const OpenEnds ends = Scanner(language, text).scan();
  if (ends.inString || ends.brackets > 0) return false;
  if (language == "python") {
    if (text.ends_with('\\')) return false;
    return !isInBlock(ends.plain, text);
  }
  if (!isBash(language)) return true;
  const auto plain = trimmedEnd(ends.plain);
  if (text.ends_with('\\') || plain.ends_with("&&") || plain.ends_with('|')) return false;
  return openWords(plain) <= 0;
}

}  // namespace brood::cli
