#include "zygote/memory/fewer_mappings.h"

#include <sys/mman.h>

#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "zygote/memory/huge_pages.h"
#include "zygote/process/sanitized.h"

namespace brood::zygote {
namespace {

// Debian 12's headers lack it (linux/mman.h).
constexpr int kCollapse = 25;

struct Mapping {
  uintptr_t begin, end;
  uint64_t offset;
  bool writes, executes;
  std::string file;  // Device and inode.

  size_t size() const { return end - begin; }
};

// Private ones of files that can be read, in order (proc(5)).
std::vector<Mapping> mappingsOfFiles() {
  std::vector<Mapping> mappings;
  std::unique_ptr<FILE, int (*)(FILE*)> maps(::fopen("/proc/self/maps", "re"), ::fclose);
  char line[512];
  while (maps && ::fgets(line, sizeof(line), maps.get()) != nullptr) {
    Mapping mapping;
    char permissions[5], device[16];
    uint64_t inode;
    if (::sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %4s %" SCNx64 " %15s %" SCNu64, &mapping.begin,
                 &mapping.end, permissions, &mapping.offset, device, &inode) != 6) {
      continue;
    }
    if (inode == 0 || permissions[0] != 'r' || permissions[3] != 'p') continue;
    mapping.writes = permissions[1] == 'w';
    mapping.executes = permissions[2] == 'x';
    mapping.file = std::string(device) + " " + std::to_string(inode);
    mappings.push_back(std::move(mapping));
  }
  return mappings;
}

bool areNeighbours(const Mapping& left, const Mapping& right) {
  return left.end == right.begin && left.file == right.file;
}

// Memory as long as `like`, as far from the next boundary of huge pages; null if there is none.
class Copy {
 public:
  explicit Copy(const Mapping& like) : size_(like.size()) {
    void* pages = ::mmap(nullptr, size_ + kHugePageBytes, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED) return;
    const auto first = reinterpret_cast<uintptr_t>(pages);
    const uintptr_t before = (like.begin - first) % kHugePageBytes;
    if (before > 0) ::munmap(pages, before);
    begin_ = first + before;
    if (before < kHugePageBytes) {
      ::munmap(reinterpret_cast<void*>(begin_ + size_), kHugePageBytes - before);
    }
  }

  explicit operator bool() const { return begin_ != 0; }

  void fillFrom(uintptr_t source) const {
    std::memcpy(reinterpret_cast<void*>(begin_), reinterpret_cast<const void*>(source), size_);
  }
  void makeHuge() const {
    uintptr_t piece = upToHugePage(begin_);
    for (; piece + kHugePageBytes <= begin_ + size_; piece += kHugePageBytes) {
      ::madvise(reinterpret_cast<void*>(piece), kHugePageBytes, kCollapse);
    }
  }
  bool protect(int protection) const {
    return ::mprotect(reinterpret_cast<void*>(begin_), size_, protection) == 0;
  }
  // The last thing that happens to it. In one step: this may be the code that is running.
  bool moveTo(uintptr_t target) const {
    return ::mremap(reinterpret_cast<void*>(begin_), size_, size_, MREMAP_MAYMOVE | MREMAP_FIXED,
                    reinterpret_cast<void*>(target)) != MAP_FAILED;
  }
  void drop() const { ::munmap(reinterpret_cast<void*>(begin_), size_); }

 private:
  size_t size_;
  uintptr_t begin_ = 0;
};

// Between the two calls nothing may write to what is being replaced, such as the linker's tables
// that a first call of a function fills in.
bool replaceVariables(const Mapping& variables) {
  Copy copy(variables);
  if (!copy) return false;
  copy.fillFrom(variables.begin);
  if (copy.moveTo(variables.begin)) return true;
  copy.drop();
  return false;
}

bool replaceCode(const Mapping& code, bool hugePages) {
  Copy copy(code);
  if (!copy) return false;
  copy.fillFrom(code.begin);
  if (hugePages) copy.makeHuge();
  if (copy.protect(PROT_READ | PROT_EXEC) && copy.moveTo(code.begin)) return true;
  copy.drop();
  return false;
}

// Nothing, behind a piece of code to the end of its last huge page, as far as nothing is there.
class Padding {
 public:
  explicit Padding(const Mapping& code) : begin_(code.end), end_(upToHugePage(code.end)) {
    if (begin_ == end_) return;
    void* at = reinterpret_cast<void*>(begin_);
    if (::mmap(at, end_ - begin_, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1,
               0) != at) {
      end_ = begin_;
    }
  }
  uintptr_t end() const { return end_; }
  void drop() const {
    if (end_ > begin_) ::munmap(reinterpret_cast<void*>(begin_), end_ - begin_);
  }

 private:
  uintptr_t begin_, end_;
};

bool replaceOwnCode(Mapping code, bool hugePages) {
  if (!hugePages) return replaceCode(code, false);
  const Padding padding(code);
  code.end = padding.end();
  if (replaceCode(code, true)) return true;
  padding.drop();
  return false;
}

// So that every function that a replacement calls has been called before.
bool canReplace() {
  void* pages =
      ::mmap(nullptr, kHugePageBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED) return false;
  Mapping trial{};
  trial.begin = reinterpret_cast<uintptr_t>(pages);
  trial.end = trial.begin + kHugePageBytes;
  const bool worked = replaceVariables(trial) && replaceCode(trial, true);
  ::munmap(pages, kHugePageBytes);
  return worked;
}

bool isOwnCode(const Mapping& code) {
  const auto here = reinterpret_cast<uintptr_t>(&joinMappings);
  return code.begin <= here && here < code.end;
}

bool joinCode(const Mapping& code, bool hugePages) {
  if (isOwnCode(code)) return replaceOwnCode(code, hugePages);
  return ::mprotect(reinterpret_cast<void*>(code.begin), code.size(), PROT_READ | PROT_EXEC) == 0;
}

// One object's mappings, from the first on: those of its file without gaps.
class Object {
 public:
  void add(const Mapping& mapping) {
    if (mapping.writes) {
      // The linker's part comes before; code stays what it is.
      if (!variables_) variables_ = last_ && !last_->executes ? *last_ : mapping;
      variables_->end = mapping.end;
    }
    last_ = mapping;
    pieces_.push_back(mapping);
  }
  bool isContinuedBy(const Mapping& mapping) const {
    return !last_ || areNeighbours(*last_, mapping);
  }

  size_t join(bool hugePages) const {
    size_t fewer = 0;
    if (auto code = this->code(); code && joinCode(*code, hugePages))
      fewer += piecesWithin(*code) - 1;
    if (hasRelocated() && replaceVariables(*variables_)) fewer += piecesWithin(*variables_) - 1;
    return fewer;
  }

 private:
  // The relocated part is the one before the variables.
  bool hasRelocated() const { return variables_ && piecesWithin(*variables_) > 1; }

  std::optional<Mapping> code() const {
    std::optional<Mapping> all;
    bool executes = false;
    for (const auto& piece : pieces_) {
      if (variables_ && piece.begin >= variables_->begin) break;
      // Parts of a file are one mapping only if they lie in it as they do in memory.
      if (all && piece.offset - all->offset != piece.begin - all->begin) break;
      if (!all) all = piece;
      all->end = piece.end;
      executes = executes || piece.executes;
    }
    if (!executes || (piecesWithin(*all) < 2 && !isOwnCode(*all))) return std::nullopt;
    return all;
  }

  size_t piecesWithin(const Mapping& range) const {
    size_t count = 0;
    for (const auto& piece : pieces_) {
      if (piece.begin >= range.begin && piece.end <= range.end) ++count;
    }
    return count;
  }

  std::vector<Mapping> pieces_;
  std::optional<Mapping> last_, variables_;
};

}  // namespace

size_t joinMappings(bool hugePages) {
  if (kIsSanitized || !canReplace()) return 0;
  std::vector<Object> objects;
  for (const Mapping& mapping : mappingsOfFiles()) {
    if (objects.empty() || !objects.back().isContinuedBy(mapping)) objects.emplace_back();
    objects.back().add(mapping);
  }
  size_t fewer = 0;
  for (const Object& object : objects) fewer += object.join(hugePages);
  return fewer;
}

}  // namespace brood::zygote
