#pragma once
// Carries out one request to a file agent (rpc/wire/file_frames.h).
//
// The agent has no more rights than the programs of its session, so links lead where they lead for
// these. Programs may replace what it works on meanwhile: below the path that is named, links are
// not followed, and depth and size are bounded.

#include <kj/string.h>
#include <kj/vector.h>

#include <cstdint>

#include "base/owned_fd.h"
#include "rpc/wire/file_frames.h"
#include "zygote/service/file_paths.h"

namespace brood::zygote {

struct FileAnswer {
  int errnoValue = 0;  // Not 0: there is nothing else.
  uint32_t flags = 0;  // As FileReply::flags.
  kj::Vector<kj::byte> content;

  static FileAnswer failed(int errnoValue) {
    FileAnswer answer;
    answer.errnoValue = errnoValue;
    return answer;
  }
};

class FileOrders {
 public:
  explicit FileOrders(kj::StringPtr workspace) : paths_(workspace) {}

  FileAnswer read(kj::StringPtr path, uint64_t offset, uint64_t length) const;
  FileAnswer stat(kj::StringPtr path) const;
  FileAnswer list(kj::StringPtr path, uint32_t depth, uint64_t length) const;
  FileAnswer makeFolder(kj::StringPtr path) const;
  FileAnswer move(kj::StringPtr path, kj::StringPtr target) const;
  FileAnswer remove(kj::StringPtr path) const;

  // For a content that comes in pieces: the open file, or the errno.
  OwnedFd openToWrite(kj::StringPtr path, uint32_t flags, uint32_t mode, uint64_t offset,
                      int& errnoValue) const;

 private:
  FilePaths paths_;
};

}  // namespace brood::zygote
