#pragma once
// Keeps the init of a slot alive: a pipe whose other end only that init has.
//
// It needs no word from us to end: when the supervisor dies by whatever means, init reads end of
// file. And it needs no process id to be ended by: a slot whose builder died before it could tell
// us of it is ended, and known to have ended, all the same.

#include "base/owned_fd.h"

namespace brood::supervisor {

class Lifeline {
 public:
  // Throws when there are no descriptors left.
  Lifeline();

  // For the builder to pass on; borrowed. Open until letGoOfInitEnd().
  int initEnd() const { return initEnd_.get(); }
  void letGoOfInitEnd() { initEnd_.reset(); }

  // Ends whichever init holds the other end. SIGPIPE must be ignored.
  void end();
  // Whether anybody still does. False only after letGoOfInitEnd().
  bool isHeld() const;

 private:
  OwnedFd initEnd_, ownEnd_;
};

}  // namespace brood::supervisor
