#pragma once
// Reads an inotify descriptor as programs do, and waits for what it should say.

#include <string>
#include <vector>

namespace brood {

class EventReader {
 public:
  // Borrowed.
  explicit EventReader(int fd) : fd_(fd) {}

  // All from the last call on up to and with the first such event, one word each: "create:name",
  // "delete-self:", "moved-from:name#1" with its cookie. Fails the test if it does not come.
  std::vector<std::string> upTo(const std::string& event);
  // Returns the events that are there now.
  std::vector<std::string> pending();

 private:
  bool waitUntilReadable(int timeoutMs) const;
  std::string readOne() const;

  int fd_;
};

}  // namespace brood
