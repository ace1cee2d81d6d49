#include "runtimes/python/arenas.h"

#include "runtimes/python/py_ref.h"

#include <sys/mman.h>

#include <cstdint>

namespace brood {
namespace {

constexpr size_t kAlignment = size_t{2} << 20;  // Of a huge page.
constexpr size_t kPieceBytes = 16 * kAlignment;

void* mapPages(size_t bytes) {
  void* pages = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return pages == MAP_FAILED ? nullptr : pages;
}

void* takeOne(void*, size_t bytes) { return mapPages(bytes); }

void giveBack(void*, void* arena, size_t bytes) { munmap(arena, bytes); }

}  // namespace

void Arenas::keepTogether() {
  PyObjectArenaAllocator allocator{this, take, giveBack};
  PyObject_SetArenaAllocator(&allocator);
}

void Arenas::letApart() {
  endPiece();
  PyObjectArenaAllocator allocator{nullptr, takeOne, giveBack};
  PyObject_SetArenaAllocator(&allocator);
}

void* Arenas::take(void* self, size_t bytes) {
  auto& arenas = *static_cast<Arenas*>(self);
  if (bytes > kPieceBytes) return mapPages(bytes);
  if (static_cast<size_t>(arenas.end_ - arenas.next_) < bytes) {
    arenas.endPiece();
    if (!arenas.startPiece()) return nullptr;
  }
  char* arena = arenas.next_;
  arenas.next_ += bytes;
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

// What is left of it was never touched.
void Arenas::endPiece() {
  if (next_ != end_) munmap(next_, end_ - next_);
  next_ = end_ = nullptr;
}

}  // namespace brood
