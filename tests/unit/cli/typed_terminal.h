#pragma once
// A program at a terminal at which a test types.

#include <sys/types.h>

#include <functional>
#include <string>

namespace brood::cli {

class TypedTerminal {
 public:
  // Runs `program` in a child, whose exit code is what it returns.
  explicit TypedTerminal(const std::function<int()>& program);
  ~TypedTerminal();
  TypedTerminal(const TypedTerminal&) = delete;

  void type(const std::string& keys);
  // Waits until the program reads single keys, which it may begin to do after it has shown its
  // prompt. Before that Ctrl-D is the terminal's own, and lost.
  void awaitKeys();
  // Reads what is shown up to and with `text`, and returns it; what is behind comes next time.
  // Without `text`, at the end of all output, it returns all.
  std::string upTo(const std::string& text);
  int exitCode();

 private:
  int terminal_ = -1;
  pid_t child_ = -1;
  std::string shown_;
};

}  // namespace brood::cli
