#pragma once
// What a file agent says about files: taken apart without believing a length of it.

#include <kj/array.h>

#include <optional>
#include <string>
#include <vector>

#include "rpc/wire/file_frames.h"

namespace brood::supervisor {

struct ListedFile {
  FileRecord record;
  std::string path, target;  // Valid UTF-8.
};

// Nothing if the bytes are not such records, one after the other. Files whose names are not UTF-8
// are left out.
std::optional<std::vector<ListedFile>> parseFileRecords(kj::ArrayPtr<const kj::byte> bytes);

}  // namespace brood::supervisor
