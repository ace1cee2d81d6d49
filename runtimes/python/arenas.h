#pragma once
// Where the interpreter's small objects are while it warms up: side by side in large aligned
// pieces, so that they can become huge pages. A fork then copies one entry for each instead of 512.

#include <cstddef>

namespace brood {

class Arenas {
 public:
  // From now on the interpreter's arenas come from such pieces. Before it is initialised. This
  // object must outlive it: the interpreter calls back.
  void keepTogether();

  // Later arenas come from mmap(2) one by one, as they do without us: a job's memory is taken,
  // counted and given back as it is used.
  void letApart();

 private:
  static void* take(void* self, size_t bytes);
  bool startPiece();
  void endPiece();

  char* next_ = nullptr;
  char* end_ = nullptr;
};

}  // namespace brood
