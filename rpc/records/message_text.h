#pragma once
// Text of messages as strings and the other way round.

#include <capnp/blob.h>
#include <capnp/list.h>

#include <string>
#include <vector>

namespace brood {

// Borrows.
inline capnp::Text::Reader asText(const std::string& text) { return {text.data(), text.size()}; }

inline std::string asString(capnp::Text::Reader text) { return {text.begin(), text.size()}; }

inline void writeTexts(const std::vector<std::string>& texts,
                       capnp::List<capnp::Text>::Builder out) {
  for (unsigned i = 0; i < out.size(); ++i) out.set(i, asText(texts[i]));
}

}  // namespace brood
