#pragma once
// Where a job finds itself: in a root of its own, or in a directory of the host's (tier "process").
//
// All other code uses the names /workspace and /brood; this class maps them to the real paths in
// the tier "process", where neither exists.

#include <kj/string.h>
#include <kj/vector.h>

#include "rpc/wire/zygote.capnp.h"
#include "runtimes/interface/runtime.h"
#include "zygote/layers/landlock.h"

namespace brood::zygote {

// The host's own paths that workers may use. Only in the tier "process".
class HostPlaces {
 public:
  explicit HostPlaces(wire::HostPlaces::Reader wire);

  kj::StringPtr slots() const { return slots_; }
  kj::StringPtr scratch() const { return scratch_; }
  kj::StringPtr preload() const { return preload_; }
  // Returns the folder that commands call /brood/NAME; null if there is none.
  kj::Maybe<kj::StringPtr> runtimeFolder(kj::StringPtr name) const;
  // All that any job may read. Borrowed strings.
  void addRules(kj::Vector<LandlockRule>& rules) const;

 private:
  struct Folder {
    kj::String name;
    kj::String path;
  };
  kj::Vector<kj::String> readable_;
  kj::Vector<Folder> folders_;
  kj::String preload_, slots_, scratch_;
};

class Surroundings {
 public:
  // A root of its own.
  Surroundings();
  // The directory of a slot. `host` is borrowed.
  Surroundings(const HostPlaces& host, kj::StringPtr place);
  // For a program that is in its workspace already.
  static Surroundings ofWorkingDirectory();

  kj::StringPtr workspace() const { return workspace_; }
  kj::String sourcePathOf(kj::StringPtr sourceName) const {
    return kj::str(workspace_, '/', sourceName);
  }
  // A word of a command by which a language is started.
  kj::String wordOf(kj::StringPtr word) const;
  // Where a folder is that is named absolutely or relative to the workspace.
  kj::String folderOf(kj::StringPtr folder) const;
  // Returns the variables that differ from the base environment. Borrowed from this.
  kj::Vector<JobEnvVar> variables() const;
  // The program's environment with those in it.
  void adapt(ParkedProgram& program) const;
  // For a job in this directory; borrowed from this and from the HostPlaces.
  kj::Vector<LandlockRule> rules() const;

 private:
  const HostPlaces* host_ = nullptr;  // Null in a root of its own.
  kj::String workspace_, temporary_;
};

}  // namespace brood::zygote
