#include "tests/unit/style/room_table.h"

#include <algorithm>
#include <sstream>
#include <stdexcept>

#include "tests/unit/style/source_tree.h"

namespace brood::style {

RoomTable::RoomTable(const std::string& path) {
  for (const auto& [room, text] : readEntries(path)) {
    std::set<std::string> neighbours;
    std::istringstream words(text);
    for (std::string word; words >> word;) {
      if (!neighbours_.contains(word)) {
        throw std::runtime_error(room + " names " + word + ", which has no line above it");
      }
      neighbours.insert(word);
    }
    rooms_.push_back(room);
    neighbours_[room] = std::move(neighbours);
  }
}

const std::set<std::string>& RoomTable::neighbours(const std::string& room) const {
  return neighbours_.at(room);
}

bool RoomTable::hasRoomsInside(const std::string& room) const {
  return std::any_of(rooms_.begin(), rooms_.end(),
                     [&](const std::string& other) { return other.starts_with(room + "/"); });
}

std::string RoomTable::roomOf(const std::string& path) const {
  std::string longest;
  for (const auto& room : rooms_) {
    if (path.starts_with(room + "/") && room.size() > longest.size()) longest = room;
  }
  return longest;
}

}  // namespace brood::style
