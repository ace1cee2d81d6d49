#pragma once
// The error by which a process refuses to start, with a message for people.

#include <kj/exception.h>
#include <kj/string.h>

#include <exception>
#include <string>

namespace brood {

// main() prints what() after "refusing to start: ". The message says what is wrong and, where there
// is something to do about it, what: "...; fix: ...". It derives from kj::Exception because a
// promise would add the type name of any other exception to the message.
class StartError : public kj::Exception, public std::exception {
 public:
  explicit StartError(const std::string& message)
      : kj::Exception(kj::Exception::Type::FAILED, "", 0, kj::heapString(message.c_str())) {}

  const char* what() const noexcept override { return getDescription().cStr(); }
};

}  // namespace brood
