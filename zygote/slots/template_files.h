#pragma once
// Plain files of the root template: copies of the host's and generated ones.

#include <kj/common.h>
#include <kj/string.h>

#include <cstdint>

namespace brood::zygote {

// Copies a file or a tree to the same path below root. A symbolic link at `path` itself is
// followed; links inside a tree stay links. Only what everyone may read is copied, and only files,
// directories and links. A missing path is skipped. Throws when all copies together exceed the cap.
class TemplateCopier {
 public:
  explicit TemplateCopier(kj::StringPtr root) : root_(kj::str(root)) {}
  void copy(kj::StringPtr path);
  // One file, to wherever its directory exists.
  void copyRegularFile(const char* from, const char* to, unsigned mode);

 private:
  struct Walk;

  kj::String root_;
  uint64_t copiedBytes_ = 0;
};

// /etc/passwd, group, hosts, hostname, resolv.conf, nsswitch.conf: nothing of the host's.
void writeGeneratedEtc(kj::StringPtr root);

// The library becomes /brood/NAME, which every dynamically linked program loads before others: the
// file /etc/ld.so.preload says so (ld.so(8)), whatever environment a job gives its programs.
void installPreload(kj::StringPtr root, kj::StringPtr library);

}  // namespace brood::zygote
