#pragma once
// Takes the messages out of an event stream as it comes.

#include <functional>
#include <string>
#include <string_view>

namespace brood::cli {

class EventUnpacker {
 public:
  // Gets the data of each event.
  using Take = std::function<void(std::string data)>;
  explicit EventUnpacker(Take take) : take_(std::move(take)) {}

  void feed(std::string_view bytes);

 private:
  void takeLine(std::string_view line);

  const Take take_;
  std::string line_;  // As far as it has come.
  std::string data_;
  bool hasData_ = false;
};

}  // namespace brood::cli
