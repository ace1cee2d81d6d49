#pragma once
// Copying string vectors into Cap'n Proto lists.

#include <capnp/list.h>

#include <string>
#include <vector>

namespace brood {

inline void setTexts(capnp::List<capnp::Text>::Builder out, const std::vector<std::string>& texts) {
  for (unsigned i = 0; i < texts.size(); ++i) out.set(i, texts[i]);
}

}  // namespace brood
