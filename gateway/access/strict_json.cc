#include "gateway/access/strict_json.h"

#include <algorithm>

namespace brood::gateway {
namespace {

using nlohmann::json;

constexpr size_t kMaxDepth = 16;
constexpr size_t kMaxTextBytes = 64u << 10;
constexpr size_t kMaxShownBytes = 64;

// A part of a document for a message: bounded, and without anything a terminal would act on.
std::string shown(const std::string& text) {
  std::string result;
  for (const char c : text.substr(0, kMaxShownBytes)) result += c >= ' ' && c < 0x7f ? c : '?';
  return result + (text.size() > kMaxShownBytes ? "..." : "");
}

// The names seen in each object that is open, and the check of what comes.
class DuplicateCheck {
 public:
  bool operator()(int depth, json::parse_event_t event, json& parsed) {
    if (static_cast<size_t>(depth) >= kMaxDepth) throw DocumentProblem("nested too deep");
    if (event == json::parse_event_t::object_start) open_.emplace_back();
    if (event == json::parse_event_t::object_end) open_.pop_back();
    if (event == json::parse_event_t::key) {
      const auto& name = parsed.get_ref<const std::string&>();
      if (!open_.back().insert(name).second) {
        throw DocumentProblem("'" + shown(name) + "' is there twice in one object");
      }
    }
    return true;
  }

 private:
  std::vector<std::set<std::string>> open_;
};

}  // namespace

json parseStrictly(std::string_view text, size_t maxBytes) {
  if (text.size() > maxBytes) {
    throw DocumentProblem("more than " + std::to_string(maxBytes) + " bytes");
  }
  try {
    DuplicateCheck check;
    return json::parse(text, std::ref(check));
  } catch (const json::exception& error) {
    // After "[json.exception...] " it says what and where.
    const std::string what = error.what();
    throw DocumentProblem("not JSON: " + shown(what.substr(what.find("] ") + 2)));
  }
}

void JsonPlace::fail(const std::string& problem) const {
  throw DocumentProblem(path_.empty() ? problem : path_ + ": " + problem);
}

void JsonPlace::requireObject() const {
  if (!value_.is_object()) fail("must be an object");
}

void JsonPlace::requireOnly(const std::set<std::string_view>& known) const {
  requireObject();
  for (const auto& [name, value] : value_.items()) {
    if (!known.contains(name)) fail("'" + shown(name) + "' is not known here");
  }
}

bool JsonPlace::has(const char* name) const {
  requireObject();
  return value_.contains(name);
}

JsonPlace JsonPlace::at(const char* name) const {
  if (!has(name)) fail(std::string("has no '") + name + "'");
  return {value_.at(name), path_.empty() ? name : path_ + "." + name};
}

std::vector<std::pair<std::string, JsonPlace>> JsonPlace::members() const {
  requireObject();
  std::vector<std::pair<std::string, JsonPlace>> result;
  for (const auto& [name, value] : value_.items()) {
    const std::string path = path_.empty() ? shown(name) : path_ + "." + shown(name);
    result.emplace_back(name, JsonPlace(value, path));
  }
  return result;
}

std::vector<JsonPlace> JsonPlace::elements() const {
  if (!value_.is_array()) fail("must be a list");
  std::vector<JsonPlace> result;
  for (size_t i = 0; i < value_.size(); ++i) {
    result.emplace_back(value_[i], path_ + "[" + std::to_string(i) + "]");
  }
  return result;
}

std::string JsonPlace::text() const {
  if (!value_.is_string()) fail("must be a string");
  auto text = value_.get<std::string>();
  if (text.size() > kMaxTextBytes) fail("is too long");
  return text;
}

uint64_t JsonPlace::number(uint64_t most) const {
  if (!value_.is_number_unsigned()) fail("must be a whole number from 0 on");
  const auto number = value_.get<uint64_t>();
  if (number > most) fail("must not be more than " + std::to_string(most));
  return number;
}

std::vector<std::string> JsonPlace::texts() const {
  std::vector<std::string> result;
  for (const auto& element : elements()) result.push_back(element.text());
  return result;
}

}  // namespace brood::gateway
