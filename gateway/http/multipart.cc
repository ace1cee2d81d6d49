#include "gateway/http/multipart.h"

#include <algorithm>
#include <utility>

namespace brood::gateway {
namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr size_t kMaxBoundaryBytes = 70;

bool isAlphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// RFC 2046's bchars, and RFC 7230's tchar.
bool isOf(char c, std::string_view others) {
  return isAlphanumeric(c) || others.find(c) != std::string_view::npos;
}
bool isBoundaryCharacter(char c) { return isOf(c, "'()+_,-./:=? "); }
bool isTokenCharacter(char c) { return isOf(c, "!#$%&'*+-.^_`|~"); }

std::string lowered(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return result;
}

void skipBlanks(std::string_view& text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
}

std::string_view takeToken(std::string_view& text) {
  size_t length = 0;
  while (length < text.size() && isTokenCharacter(text[length])) ++length;
  const auto token = text.substr(0, length);
  text.remove_prefix(length);
  return token;
}

// A backslash quotes a quote or itself; elsewhere it is a character, as browsers send it.
std::optional<std::string> takeQuoted(std::string_view& text) {
  std::string value;
  for (size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') {
      text.remove_prefix(i + 1);
      return value;
    }
    const bool quotes =
        text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == '"' || text[i + 1] == '\\');
    if (quotes) ++i;
    value += text[i];
  }
  return {};
}

// The parameters behind a header's first word, each at most once.
std::optional<std::vector<std::pair<std::string, std::string>>> parametersOf(
    std::string_view text) {
  std::vector<std::pair<std::string, std::string>> parameters;
  for (skipBlanks(text); !text.empty(); skipBlanks(text)) {
    if (text.front() != ';') return {};
    text.remove_prefix(1);
    skipBlanks(text);
    const auto name = lowered(takeToken(text));
    if (name.empty() || text.empty() || text.front() != '=') return {};
    text.remove_prefix(1);
    std::optional<std::string> value;
    if (!text.empty() && text.front() == '"') {
      value = takeQuoted(text);
    } else if (const auto token = takeToken(text); !token.empty()) {
      value = std::string(token);
    }
    if (!value) return {};
    for (const auto& [other, ignored] : parameters) {
      if (other == name) return {};
    }
    parameters.emplace_back(name, std::move(*value));
  }
  return parameters;
}

int hexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

std::string latin1AsUtf8(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80) result += static_cast<char>(0xc0 | byte >> 6);
    result += static_cast<char>(byte >= 0x80 ? 0x80 | (byte & 0x3f) : byte);
  }
  return result;
}

// RFC 8187: charset'language'percent-encoded.
std::optional<std::string> decodeExtended(std::string_view value) {
  const size_t charsetEnd = value.find('\'');
  const size_t languageEnd = value.find('\'', charsetEnd + 1);
  if (charsetEnd == value.npos || languageEnd == value.npos) return {};
  const auto charset = lowered(value.substr(0, charsetEnd));
  std::string bytes;
  for (size_t i = languageEnd + 1; i < value.size(); ++i) {
    if (value[i] != '%') {
      bytes += value[i];
      continue;
    }
    const int high = i + 2 < value.size() ? hexDigit(value[i + 1]) : -1;
    const int low = i + 2 < value.size() ? hexDigit(value[i + 2]) : -1;
    if (high < 0 || low < 0) return {};
    bytes += static_cast<char>(high << 4 | low);
    i += 2;
  }
  if (charset == "utf-8") return bytes;
  if (charset == "iso-8859-1") return latin1AsUtf8(bytes);
  return {};
}

// An extended parameter wins over the plain one, which is there for older readers.
std::string readDisposition(std::string_view value, FormPart& part) {
  skipBlanks(value);
  if (lowered(takeToken(value)) != "form-data") return "is no form-data";
  const auto parameters = parametersOf(value);
  if (!parameters) return "has a Content-Disposition that cannot be read";
  std::optional<std::string> name, extendedName, extendedFilename;
  for (const auto& [key, text] : *parameters) {
    if (key == "name") {
      name = text;
    } else if (key == "filename") {
      part.filename = text;
    } else if (key == "name*" || key == "filename*") {
      auto decoded = decodeExtended(text);
      if (!decoded) return "has a " + key + " that cannot be read (RFC 8187)";
      (key == "name*" ? extendedName : extendedFilename) = std::move(decoded);
    } else {
      return "has a parameter that is neither name nor filename: " + key;
    }
  }
  if (extendedName) name = std::move(extendedName);
  if (extendedFilename) part.filename = std::move(extendedFilename);
  if (!name) return "has no name";
  part.name = std::move(*name);
  return "";
}

// All lines of a part's head.
std::string readHead(std::string_view head, FormPart& part) {
  bool hasDisposition = false, hasType = false;
  while (!head.empty()) {
    const size_t end = head.find(kLineEnd);
    auto line = head.substr(0, end);
    head.remove_prefix(end == std::string_view::npos ? head.size() : end + kLineEnd.size());
    for (const char c : line) {
      if ((static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f) {
        return "has a control character in its head";
      }
    }
    const auto name = lowered(takeToken(line));
    if (name.empty() || line.empty() || line.front() != ':') return "has a line that is no header";
    line.remove_prefix(1);
    if (name == "content-disposition") {
      if (hasDisposition) return "has two Content-Dispositions";
      hasDisposition = true;
      if (auto problem = readDisposition(line, part); !problem.empty()) return problem;
    } else if (name == "content-type") {
      if (hasType) return "has two Content-Types";
      hasType = true;
    } else if (name == "content-transfer-encoding") {
      return "has a Content-Transfer-Encoding, which RFC 7578 has done away with";
    }
  }
  return hasDisposition ? "" : "has no Content-Disposition";
}

}  // namespace

std::optional<std::string> boundaryOf(std::string_view contentType) {
  const size_t semicolon = contentType.find(';');
  if (semicolon == std::string_view::npos) return {};
  const auto parameters = parametersOf(contentType.substr(semicolon));
  if (!parameters) return {};
  for (const auto& [name, value] : *parameters) {
    if (name != "boundary") continue;
    const bool isGood = !value.empty() && value.size() <= kMaxBoundaryBytes &&
                        value.back() != ' ' &&
                        std::all_of(value.begin(), value.end(), isBoundaryCharacter);
    return isGood ? std::optional(value) : std::nullopt;
  }
  return {};
}

std::variant<std::vector<FormPart>, std::string> parseForm(std::string_view boundary,
                                                           std::string_view body,
                                                           const FormLimits& limits) {
  const std::string first = "--" + std::string(boundary);
  const std::string delimiter = std::string(kLineEnd) + first;
  if (!body.starts_with(first)) return "the body does not begin with its boundary";
  body.remove_prefix(first.size());
  std::vector<FormPart> parts;
  for (;;) {
    if (body == "--" || body == "--\r\n") return parts;
    const std::string which = "part " + std::to_string(parts.size() + 1) + " ";
    if (!body.starts_with(kLineEnd)) return which + "does not begin on a line of its own";
    body.remove_prefix(kLineEnd.size());
    if (parts.size() == limits.maxParts) {
      return "there are more than " + std::to_string(limits.maxParts) + " parts";
    }
    const size_t headEnd = body.substr(0, limits.maxHeadBytes).find("\r\n\r\n");
    if (headEnd == std::string_view::npos) return which + "has no end of its head, or a long one";
    FormPart part;
    if (auto problem = readHead(body.substr(0, headEnd), part); !problem.empty()) {
      return which + problem;
    }
    body.remove_prefix(headEnd + 2 * kLineEnd.size());
    const size_t end = body.find(delimiter);
    if (end == std::string_view::npos) return which + "does not end with the boundary";
    part.content = body.substr(0, end);
    body.remove_prefix(end + delimiter.size());
    parts.push_back(std::move(part));
  }
}

}  // namespace brood::gateway
