#pragma once
// rooms.txt: which folders are rooms, and whose headers each may include.

#include <map>
#include <set>
#include <string>
#include <vector>

namespace brood::style {

class RoomTable {
 public:
  // Throws std::runtime_error for a room that is named before it has a line of its own.
  explicit RoomTable(const std::string& path);

  const std::vector<std::string>& rooms() const { return rooms_; }
  const std::set<std::string>& neighbours(const std::string& room) const;
  bool hasRoomsInside(const std::string& room) const;

  // The room with the longest name that the path begins with; "" for none.
  std::string roomOf(const std::string& path) const;

 private:
  std::vector<std::string> rooms_;  // In the order of the lines.
  std::map<std::string, std::set<std::string>> neighbours_;
};

}  // namespace brood::style
