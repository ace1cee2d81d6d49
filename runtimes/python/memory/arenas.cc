#include "runtimes/python/memory/arenas.h"

#include "runtimes/python/interpreter/py_ref.h"

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>

namespace brood {
namespace {

constexpr size_t kAlignment = size_t{2} << 20;  // The size of a huge page.
constexpr size_t kPieceBytes = 16 * kAlignment;

// Sizes that the interpreter keeps apart (Objects/obmalloc.c).
constexpr size_t kSizeStep = 16, kLargestSmall = 512;
// More than that would be free in no zygote; a guard against an allocator that is not the one
// above.
constexpr size_t kMostToFill = size_t{64} << 20;

void* mapPages(size_t bytes) {
  void* pages = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return pages == MAP_FAILED ? nullptr : pages;
}

}  // namespace

void Arenas::watch() {
  PyObjectArenaAllocator allocator{this, take, giveBack};
  PyObject_SetArenaAllocator(&allocator);
}

void Arenas::letApart() {
  endPiece();
  areTogether_ = false;
}

void Arenas::fillHoles() {
  // An interpreter whose small objects come from elsewhere.
  if (!isAsked_) return;
  // The interpreter's free lists of dicts, lists and tuples are as scattered; a full collection
  // gives them back. The slice that it keeps is not given back, so it is used up as well.
  PyGC_Collect();
  static_cast<void>(mustOwn(PySlice_New(nullptr, nullptr, nullptr), "a slice").release());
  newest_ = nullptr;
  size_t taken = 0;
  // Largest first: once they come from a new arena, no older one has a whole pool left.
  for (size_t size = kLargestSmall; size > 0; size -= kSizeStep) {
    for (; taken < kMostToFill; taken += size) {
      void* object = PyObject_Malloc(size);
      if (object == nullptr) return;
      if (!isInNewest(object)) continue;
      PyObject_Free(object);
      break;
    }
  }
}

bool Arenas::isInNewest(const void* object) const {
  const auto* at = static_cast<const char*>(object);
  return newest_ != nullptr && at >= newest_ && at < newest_ + newestBytes_;
}

void* Arenas::take(void* self, size_t bytes) {
  auto& arenas = *static_cast<Arenas*>(self);
  arenas.isAsked_ = true;
  const bool fitsPiece = arenas.areTogether_ && bytes <= kPieceBytes;
  void* arena = fitsPiece ? arenas.takeFromPiece(bytes) : mapPages(bytes);
  arenas.newest_ = static_cast<char*>(arena);
  arenas.newestBytes_ = bytes;
  return arena;
}

void Arenas::giveBack(void* self, void* arena, size_t bytes) {
  auto& arenas = *static_cast<Arenas*>(self);
  if (arena == arenas.newest_) arenas.newest_ = nullptr;
  if (arenas.areTogether_ && bytes <= kPieceBytes) {
    arenas.givenBack_.push_back({static_cast<char*>(arena), bytes});
  } else {
    munmap(arena, bytes);
  }
}

void* Arenas::takeUsedOne(size_t bytes) {
  for (size_t i = 0; i < givenBack_.size(); ++i) {
    if (givenBack_[i].bytes != bytes) continue;
    char* arena = givenBack_[i].begin;
    givenBack_.erase(givenBack_.begin() + static_cast<ptrdiff_t>(i));
    return arena;
  }
  return nullptr;
}

void* Arenas::takeFromPiece(size_t bytes) {
  if (void* used = takeUsedOne(bytes)) return used;
  if (static_cast<size_t>(end_ - next_) < bytes) {
    endPiece();
    if (!startPiece()) return nullptr;
  }
  char* arena = next_;
  next_ += bytes;
  return arena;
}

bool Arenas::startPiece() {
  char* pages = static_cast<char*>(mapPages(kPieceBytes + kAlignment));
  if (pages == nullptr) return false;
  const size_t before = (kAlignment - reinterpret_cast<uintptr_t>(pages) % kAlignment) % kAlignment;
  if (before > 0) munmap(pages, before);
  next_ = pages + before;
  end_ = next_ + kPieceBytes;
  munmap(end_, kAlignment - before);
  return true;
}

// The rest of it was never touched. The last huge page is left whole.
void Arenas::endPiece() {
  const auto past = reinterpret_cast<uintptr_t>(next_) + kAlignment - 1;
  char* unused = reinterpret_cast<char*>(past & ~(uintptr_t{kAlignment} - 1));
  if (unused < end_) munmap(unused, end_ - unused);
  next_ = end_ = nullptr;
}

}  // namespace brood
