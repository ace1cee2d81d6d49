#include "supervisor/sessions/file_records.h"

#include <cstring>

#include "base/utf8.h"

namespace brood::supervisor {

std::optional<std::vector<ListedFile>> parseFileRecords(kj::ArrayPtr<const kj::byte> bytes) {
  std::vector<ListedFile> files;
  const auto takeText = [&bytes](size_t size) {
    std::string text(bytes.asChars().begin(), size);
    bytes = bytes.slice(size, bytes.size());
    return text;
  };
  while (bytes.size() > 0) {
    ListedFile file;
    if (bytes.size() < sizeof(file.record)) return std::nullopt;
    std::memcpy(&file.record, bytes.begin(), sizeof(file.record));
    bytes = bytes.slice(sizeof(file.record), bytes.size());
    const uint64_t pathBytes = file.record.pathBytes, targetBytes = file.record.targetBytes;
    if (pathBytes + targetBytes > bytes.size()) return std::nullopt;
    file.path = takeText(pathBytes);
    file.target = takeText(targetBytes);
    if (isUtf8(file.path) && isUtf8(file.target)) files.push_back(std::move(file));
  }
  return files;
}

}  // namespace brood::supervisor
