#pragma once
// Files described, one or all in a folder.

#include <kj/vector.h>

#include <cstdint>
#include <string>

#include "base/owned_fd.h"

namespace brood::zygote {

// Appends a FileRecord, the path that is told and the target of a link. 0, or the errno.
int addRecord(kj::Vector<kj::byte>& records, int parentFd, const char* name,
              const std::string& toldPath);

// Appends a record for all in the folder, by name, and after each folder for what is in that, so
// many levels deep. False if there was more than `length` bytes hold.
bool listFolder(kj::Vector<kj::byte>& records, OwnedFd folder, const std::string& toldPath,
                uint32_t depth, uint64_t length);

}  // namespace brood::zygote
