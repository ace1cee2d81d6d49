#pragma once
// A cell as it goes down the channel of its context.

#include <kj/array.h>

#include <string>
#include <utility>
#include <vector>

#include "config/config.h"

namespace brood::supervisor {

struct CellText {
  kj::ArrayPtr<const kj::byte> code, stdin;  // Borrowed.
  std::vector<std::pair<std::string, std::string>> environment;
};

// The rich results that are taken from a cell: one more than it may show, for its error.
ResultsConfig resultsOfCell(const ResultsConfig& config, bool isRich);

// Header and payload; setCellNumber() says which cell of its context it is.
kj::Array<kj::byte> encodeCell(const CellText& cell, const ResultsConfig& results);
void setCellNumber(kj::ArrayPtr<kj::byte> message, uint32_t number);

}  // namespace brood::supervisor
