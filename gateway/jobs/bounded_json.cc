#include "gateway/jobs/bounded_json.h"

#include <algorithm>
#include <utility>

namespace brood::gateway {
namespace {

using nlohmann::json;

constexpr size_t kMaxFaultBytes = 200;

class TooMuch : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The parser tells of each value and name as it comes.
class Bounds {
 public:
  explicit Bounds(const JsonBounds& bounds) : bounds_(bounds) {}

  bool operator()(int depth, json::parse_event_t event, json&) {
    if (static_cast<size_t>(depth) >= bounds_.mostDepth) {
      throw TooMuch("it nests deeper than " + std::to_string(bounds_.mostDepth));
    }
    const bool isEnd =
        event == json::parse_event_t::object_end || event == json::parse_event_t::array_end;
    if (!isEnd && ++values_ > bounds_.mostValues) {
      throw TooMuch("it has more than " + std::to_string(bounds_.mostValues) + " values");
    }
    return true;
  }

 private:
  const JsonBounds bounds_;
  size_t values_ = 0;
};

JsonFault faultOf(std::string_view what) {
  // After "[json.exception...] " it says what and where.
  if (const auto bracket = what.find("] "); bracket != std::string_view::npos) {
    what.remove_prefix(bracket + 2);
  }
  std::string text(what.substr(0, kMaxFaultBytes));
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return {std::move(text)};
}

}  // namespace

std::variant<json, JsonFault> parseBounded(std::string_view text, const JsonBounds& bounds) {
  try {
    Bounds check(bounds);
    return json::parse(text, std::ref(check));
  } catch (const TooMuch& problem) {
    return faultOf(problem.what());
  } catch (const json::exception& error) {
    return faultOf(error.what());
  }
}

const json* memberOf(const json& object, const char* name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

}  // namespace brood::gateway
