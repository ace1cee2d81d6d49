#pragma once
// Somewhere to make files while an interpreter warms up, whatever has become of the host's /tmp.

#include <kj/common.h>
#include <kj/string.h>

#include "base/owned_fd.h"

namespace brood::zygote {

// Workers have a /tmp of their own, and interpreters and what they import count on one. Where the
// host's cannot be written to (read-only, full, not there) this process gets a tmpfs of its own
// there, in a mount namespace of its own; where it may not mount, `scratch` becomes its working
// directory, in which programs look last. For its lifetime, in a process with one thread; the forks
// inherit the mount, which a worker leaves with its namespace.
class OwnTmp {
 public:
  // `scratch` is a directory that can be written to. Nothing is done where /tmp can.
  explicit OwnTmp(kj::StringPtr scratch);
  // Goes back to where it was.
  ~OwnTmp() noexcept(false);
  KJ_DISALLOW_COPY(OwnTmp);

  // Where a folder can be made: /tmp, or `scratch`.
  kj::StringPtr place() const { return place_; }

 private:
  kj::String scratch_;
  kj::StringPtr place_;
  OwnedFd before_;  // The working directory, if it is another now.
};

}  // namespace brood::zygote
