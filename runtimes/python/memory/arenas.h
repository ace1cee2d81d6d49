#pragma once
// Where the interpreter's small objects are.
//
// While it warms up: side by side in large aligned pieces, so that they can become huge pages. A
// fork then copies one entry for each instead of 512. Afterwards: in arenas that hold nothing else,
// so that what a worker allocates takes pages that lie together.

#include <cstddef>
#include <vector>

namespace brood {

class Arenas {
 public:
  // From now on the interpreter's arenas come from here. Before it is initialised. This object must
  // outlive it: the interpreter calls back.
  void watch();

  // From now on they come from such pieces.
  void keepTogether() { areTogether_ = true; }
  // Later ones come from mmap(2) one by one, as they do without us: a job's memory is taken,
  // counted and given back as it is used.
  void letApart();

  // Uses up all places for small objects in the arenas there are, for good. Each size of object has
  // a list of its own, whose next place may be anywhere among what was loaded.
  void fillHoles();

 private:
  struct Arena {
    char* begin;
    size_t bytes;
  };

  static void* take(void* self, size_t bytes);
  static void giveBack(void* self, void* arena, size_t bytes);
  void* takeFromPiece(size_t bytes);
  void* takeUsedOne(size_t bytes);
  bool startPiece();
  void endPiece();
  bool isInNewest(const void* object) const;

  bool areTogether_ = false;
  bool isAsked_ = false;  // For an arena, ever.
  char* next_ = nullptr;
  char* end_ = nullptr;
  std::vector<Arena> givenBack_;  // Within pieces. Unmapped, a library would be loaded there.
  char* newest_ = nullptr;
  size_t newestBytes_ = 0;
};

}  // namespace brood
