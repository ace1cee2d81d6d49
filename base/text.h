#pragma once
// Between std::string and the texts and bytes of KJ and Cap'n Proto.

#include <kj/array.h>
#include <kj/string.h>

#include <string>

namespace brood {

inline std::string textOf(kj::ArrayPtr<const kj::byte> bytes) {
  return {bytes.asChars().begin(), bytes.size()};
}
inline std::string textOf(kj::StringPtr text) { return {text.begin(), text.size()}; }

// Both borrow.
inline kj::StringPtr asText(const std::string& text) { return {text.c_str(), text.size()}; }
inline kj::ArrayPtr<const kj::byte> asData(const std::string& text) {
  return {reinterpret_cast<const kj::byte*>(text.data()), text.size()};
}

}  // namespace brood
