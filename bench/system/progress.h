#pragma once
// Prints on stderr what is being measured and how long it will still take.

#include <cstdint>
#include <string>
#include <utility>

namespace brood::bench {

// On a terminal one line that is rewritten; else a line now and then.
class Progress {
 public:
  Progress();
  ~Progress() { clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void show(const std::string& what, double secondsLeft);
  // Something whose end is not known.
  void show(const std::string& what);
  // Stands before all that is shown from now on.
  void setPart(std::string part) { part_ = std::move(part); }
  void clear();

 private:
  void print(const std::string& line);

  std::string part_;
  bool isTerminal_;
  bool isShown_ = false;
  uint64_t lastNanos_ = 0;
};

}  // namespace brood::bench
