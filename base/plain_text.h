#pragma once
// Turns KJ's exceptions into messages for people.

#include <kj/exception.h>

#include <string>

namespace brood {

// KJ describes a failure as "expected fd >= 0; cannot open; path.cStr() = /x; strerror(errno) = No
// such file or directory", and a system call as it stands in the source. This leaves out what only
// a reader of the source understands: "cannot open: /x: No such file or directory".
std::string plainText(kj::StringPtr description);
inline std::string plainText(const kj::Exception& exception) {
  return plainText(exception.getDescription());
}

}  // namespace brood
