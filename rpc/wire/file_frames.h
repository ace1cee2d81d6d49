#pragma once
// The channel between the supervisor and a session's file agent: one request, then its one reply.
//
// The agent runs inside the session's sandbox as its user, so a path means what it means to the
// session's programs. Whatever it sends is hostile all the same: lengths are checked against what
// was asked for before anything behind them is read.

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace brood {

enum class FileOrder : uint32_t {
  read = 1,   // `length` bytes from `offset`, or fewer at the end of the file.
  write = 2,  // The content from `offset` on; `mode` bits of a new file. Makes folders.
  stat = 3,   // One FileRecord, of the path itself: links are not followed.
  list = 4,   // FileRecords of what is in the folder, `depth` levels deep, at most `length` bytes.
  makeFolder = 5,  // With the folders above it; no error if it is there.
  move = 6,        // To `otherPath`; makes the folders above that.
  remove = 7,      // A folder with all that is in it.
};

struct FileRequest {
  static constexpr uint32_t kMagic = 0x656c6946;  // "File"
  static constexpr uint32_t kTruncates = 1;       // write: nothing is left of what was there.
  static constexpr uint32_t kAppends = 2;         // write: at the end, whatever `offset` says.

  uint32_t magic = kMagic;
  FileOrder order = FileOrder::stat;
  uint32_t number = 0;
  uint32_t flags = 0;
  uint64_t offset = 0;
  uint64_t length = 0;
  uint32_t mode = 0644;
  uint32_t depth = 1;
  uint32_t pathBytes = 0;  // Follows; absolute, or relative to /workspace.
  uint32_t otherBytes = 0;
  uint64_t contentBytes = 0;
};
static_assert(sizeof(FileRequest) == 56);
static_assert(std::is_trivially_copyable_v<FileRequest>);

struct FileReply {
  static constexpr uint32_t kMagic = 0x796c7052;  // "Rply"
  static constexpr uint32_t kIsCutOff = 1;        // list: there was more.

  uint32_t magic = kMagic;
  uint32_t number = 0;     // That of its request.
  int32_t errnoValue = 0;  // Not 0: nothing follows.
  uint32_t flags = 0;
  uint64_t contentBytes = 0;  // Follows.
};
static_assert(sizeof(FileReply) == 24);
static_assert(std::is_trivially_copyable_v<FileReply>);

// Before the path of one file, as stat and list answer; the target of a link follows the path.
struct FileRecord {
  uint32_t mode = 0;  // As of stat(2), with the type.
  uint32_t userId = 0, groupId = 0;
  uint32_t pathBytes = 0;  // Absolute.
  uint32_t targetBytes = 0;
  uint32_t reserved = 0;
  uint64_t size = 0;
  int64_t modifiedMs = 0;  // Since 1970.
};
static_assert(sizeof(FileRecord) == 40);
static_assert(std::is_trivially_copyable_v<FileRecord>);

}  // namespace brood
