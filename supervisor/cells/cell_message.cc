#include "supervisor/cells/cell_message.h"

#include <cstddef>
#include <cstring>

#include "rpc/wire/cell_frames.h"

namespace brood::supervisor {

ResultsConfig resultsOfCell(const ResultsConfig& config, bool isRich) {
  ResultsConfig results = config;
  results.maxCount = isRich ? config.maxCount + 1 : 1;
  return results;
}

kj::Array<kj::byte> encodeCell(const CellText& cell, const ResultsConfig& results) {
  std::string environment;
  for (const auto& [name, value] : cell.environment) {
    environment += name;
    environment += '=';
    environment += value;
    environment += '\0';
  }
  CellHeader header;
  header.codeBytes = static_cast<uint32_t>(cell.code.size());
  header.stdinBytes = static_cast<uint32_t>(cell.stdin.size());
  header.envBytes = static_cast<uint32_t>(environment.size());
  header.resultCount = results.maxCount;
  header.resultBytes = results.maxBytes;
  header.resultTotalBytes = results.maxTotalBytes;
  auto message = kj::heapArray<kj::byte>(sizeof(header) + cell.code.size() + cell.stdin.size() +
                                         environment.size());
  kj::byte* end = message.begin();
  const auto add = [&end](const void* bytes, size_t count) {
    if (count > 0) std::memcpy(end, bytes, count);
    end += count;
  };
  add(&header, sizeof(header));
  add(cell.code.begin(), cell.code.size());
  add(cell.stdin.begin(), cell.stdin.size());
  add(environment.data(), environment.size());
  return message;
}

void setCellNumber(kj::ArrayPtr<kj::byte> message, uint32_t number) {
  std::memcpy(message.begin() + offsetof(CellHeader, number), &number, sizeof(number));
}

}  // namespace brood::supervisor
