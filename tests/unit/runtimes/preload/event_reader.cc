#include "tests/unit/runtimes/preload/event_reader.h"

#include <gtest/gtest.h>
#include <kj/debug.h>
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <cstring>

namespace brood {
namespace {

constexpr int kPatienceMs = 30'000;

struct EventName {
  unsigned bit;
  const char* name;
};
constexpr EventName kNames[] = {{IN_MODIFY, "modify"},           {IN_ATTRIB, "attrib"},
                                {IN_CLOSE_WRITE, "close-write"}, {IN_MOVED_FROM, "moved-from"},
                                {IN_MOVED_TO, "moved-to"},       {IN_CREATE, "create"},
                                {IN_DELETE, "delete"},           {IN_DELETE_SELF, "delete-self"},
                                {IN_IGNORED, "ignored"},         {IN_Q_OVERFLOW, "overflow"}};

std::string textOf(const inotify_event& event, const char* name) {
  std::string text;
  for (const auto& known : kNames) {
    if (event.mask & known.bit) text += known.name;
  }
  if (event.mask & IN_ISDIR) text += "-dir";
  text += ":" + std::string(name);
  return event.cookie == 0 ? text : text + "#" + std::to_string(event.cookie);
}

}  // namespace

bool EventReader::waitUntilReadable(int timeoutMs) const {
  pollfd readable = {fd_, POLLIN, 0};
  int count;
  KJ_SYSCALL(count = ::poll(&readable, 1, timeoutMs));
  return count == 1;
}

std::string EventReader::readOne() const {
  alignas(inotify_event) char bytes[4096];
  ssize_t count;
  KJ_SYSCALL(count = ::read(fd_, bytes, sizeof(bytes)));
  inotify_event event;
  KJ_REQUIRE(count >= static_cast<ssize_t>(sizeof(event)), count);
  std::memcpy(&event, bytes, sizeof(event));
  // As inotify(7) says: whole records, names filled up with NULs.
  EXPECT_EQ(static_cast<size_t>(count), sizeof(event) + event.len);
  EXPECT_EQ(event.len % sizeof(event), 0u);
  EXPECT_TRUE(event.len == 0 || bytes[count - 1] == 0);
  return textOf(event, event.len == 0 ? "" : bytes + sizeof(event));
}

std::vector<std::string> EventReader::upTo(const std::string& event) {
  std::vector<std::string> events;
  while (events.empty() || events.back() != event) {
    if (!waitUntilReadable(kPatienceMs)) {
      ADD_FAILURE() << "no " << event << " after " << ::testing::PrintToString(events);
      return events;
    }
    events.push_back(readOne());
  }
  return events;
}

std::vector<std::string> EventReader::pending() {
  std::vector<std::string> events;
  while (waitUntilReadable(0)) events.push_back(readOne());
  return events;
}

}  // namespace brood
