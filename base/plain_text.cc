#include "base/plain_text.h"

#include <string_view>
#include <vector>

namespace brood {
namespace {

constexpr std::string_view kSeparator = "; ";

std::vector<std::string_view> segmentsOf(std::string_view text) {
  std::vector<std::string_view> segments;
  for (;;) {
    const size_t end = text.find(kSeparator);
    segments.push_back(text.substr(0, end));
    if (end == text.npos) return segments;
    text.remove_prefix(end + kSeparator.size());
  }
}

bool isNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == ':' || c == '.' || c == '>' || c == '-';
}

// The length of a name at the start of `text`, as an expression has it: "::bind", "info.pid".
size_t nameLength(std::string_view text) {
  size_t length = 0;
  while (length < text.size() && isNameCharacter(text[length])) ++length;
  return length;
}

// That of a call's arguments with their parentheses; 0 if there are none.
size_t argumentsLength(std::string_view text) {
  if (!text.starts_with('(')) return 0;
  int depth = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '(') ++depth;
    if (text[i] == ')' && --depth == 0) return i + 1;
  }
  return 0;
}

// That of names and calls on each other: "info.pid", "path.c_str()", "fixFor(step).c_str()".
size_t expressionLength(std::string_view text) {
  size_t length = 0;
  while (const size_t name = nameLength(text.substr(length))) {
    const size_t arguments = argumentsLength(text.substr(length + name));
    length += name + arguments;
    if (arguments == 0) break;
  }
  return length;
}

// "expression = value" without what is before the value.
std::string_view withoutExpression(std::string_view segment) {
  constexpr std::string_view kEquals = " = ";
  const size_t end = expressionLength(segment);
  if (end == 0 || !segment.substr(end).starts_with(kEquals)) return segment;
  return segment.substr(end + kEquals.size());
}

// "::call(arguments): reason" and "result = ::call(arguments): reason" as "call: reason".
std::string plainCall(std::string_view segment) {
  std::string_view call = withoutExpression(segment);
  while (call.starts_with(':')) call.remove_prefix(1);
  const size_t name = nameLength(call);
  const size_t arguments = argumentsLength(call.substr(name));
  const std::string_view rest = call.substr(name + arguments);
  if (name == 0 || arguments == 0 || !rest.starts_with(": ")) return std::string(segment);
  return std::string(call.substr(0, name)) + std::string(rest);
}

}  // namespace

std::string plainText(kj::StringPtr description) {
  std::string text;
  for (const auto segment : segmentsOf({description.begin(), description.size()})) {
    if (segment.starts_with("expected ")) continue;
    const std::string plain = plainCall(segment);
    const std::string_view said = plain == segment ? withoutExpression(segment) : plain;
    if (said.empty()) continue;
    // A value belongs to the words before it.
    if (!text.empty()) text += said == segment ? kSeparator : ": ";
    text += said;
  }
  // An expression alone is better than nothing.
  return text.empty() ? std::string(description.cStr(), description.size()) : text;
}

}  // namespace brood
