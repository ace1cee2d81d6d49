#pragma once
// Copying string vectors into Cap'n Proto lists.

#include <capnp/list.h>

#include <string>
#include <vector>

namespace brood::supervisor {

// The first of `texts` becomes the element `from`.
inline void setTexts(capnp::List<capnp::Text>::Builder out, const std::vector<std::string>& texts,
                     unsigned from = 0) {
  for (unsigned i = 0; i < texts.size(); ++i) out.set(from + i, texts[i]);
}

}  // namespace brood::supervisor
