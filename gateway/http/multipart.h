#pragma once
// multipart/form-data (RFC 7578, RFC 2046), strictly: what a browser, curl or an HTTP library
// sends, and nothing that two readers could take apart in two ways.

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace brood::gateway {

struct FormPart {
  std::string name;
  std::optional<std::string> filename;
  std::string_view content;  // Borrowed from the body.
};

struct FormLimits {
  size_t maxParts = 10'001;
  size_t maxHeadBytes = 4096;  // For each part.
};

// The boundary of a Content-Type's value, or nothing if it has none that RFC 2046 allows.
std::optional<std::string> boundaryOf(std::string_view contentType);

// The parts in their order, or what is wrong ("part 2 has no name"). No preamble and no epilogue;
// every line ends in CRLF; headers are not folded.
std::variant<std::vector<FormPart>, std::string> parseForm(std::string_view boundary,
                                                           std::string_view body,
                                                           const FormLimits& limits = {});

}  // namespace brood::gateway
