#pragma once
// Reads JSON documents of our own making strictly: by path, and with no name that is not known.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace brood::gateway {

// what() begins with the path of what is wrong, as in "keys[3].scopes".
class DocumentProblem : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// A document without a name twice in one object, of at most `maxBytes`, nested at most 16 deep.
// Throws DocumentProblem.
nlohmann::json parseStrictly(std::string_view text, size_t maxBytes);

// A value and where it stands. Borrows the document; each function throws DocumentProblem for a
// value of another type, and of a string for one that is longer than 64 KiB.
class JsonPlace {
 public:
  JsonPlace(const nlohmann::json& value, std::string path)
      : value_(value), path_(std::move(path)) {}

  // Every name must be among `known`.
  void requireOnly(const std::set<std::string_view>& known) const;
  bool has(const char* name) const;
  JsonPlace at(const char* name) const;  // Must be there.
  std::vector<std::pair<std::string, JsonPlace>> members() const;
  std::vector<JsonPlace> elements() const;

  bool isNull() const { return value_.is_null(); }
  std::string text() const;
  uint64_t number(uint64_t most) const;
  std::vector<std::string> texts() const;

  [[noreturn]] void fail(const std::string& problem) const;

 private:
  void requireObject() const;

  const nlohmann::json& value_;
  std::string path_;
};

}  // namespace brood::gateway
