#pragma once
// Tables of what a JSON object may hold: each field's name, type and bounds, and where its value
// goes.
//
//   JsonFields<Point> fields;
//   fields.integer("x", &Point::x, {.least = 1, .most = 9}).required();
//   fields.text("label", &Point::label, {.mostBytes = 16});
//   std::variant<Point, ApiError> point = readJson(fields, body);  // gateway/jobs/json_reader.h

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace brood::gateway {

// Why a value is refused: a stable code for programs, a sentence for people.
struct JsonProblem {
  std::string code;
  std::string message;
  std::string field;  // The JSON path of the value that is wrong.
};
using MaybeProblem = std::optional<JsonProblem>;

struct TextRule {
  bool mayBeEmpty = true;
  bool mayHoldNul = true;
  size_t mostBytes = SIZE_MAX;
  std::string_view tooLong = "invalid_value";  // The code for one with more.
  std::vector<std::string_view> choices = {};  // Empty: any text.
};

struct IntegerRule {
  uint64_t least = 0;
  uint64_t most = UINT64_MAX;
  std::string_view outOfRange = "invalid_value";  // The code for one that is less or more.
  std::string allowed = {};                       // The range for people; empty: "least..most".
};

struct ListRule {
  size_t most = SIZE_MAX;
  std::string_view elements = "elements";      // Their name in the plural.
  std::string_view tooMany = "invalid_value";  // The code for a list with more.
};

// An object with names of the client's choice, each with a text.
struct MapRule {
  ListRule list;
  // Both get the path of the value. Called for a name before its value is read.
  std::function<MaybeProblem(const std::string& name, const std::string& path)> checkName = {};
  std::function<MaybeProblem(const std::string& name, const std::string& value,
                             const std::string& path)>
      checkValue = {};
};

// The types below are the same without the types of C++: `target` points to what a table fills in.
struct JsonTable;
struct JsonShape;

struct TextShape {
  TextRule rule;
  std::function<void(void* target, std::string&& value)> put;
};

struct FlagShape {
  std::function<void(void* target, bool value)> put;
};

struct IntegerShape {
  IntegerRule rule;
  std::function<void(void* target, uint64_t value)> put;
};

struct ListShape {
  ListRule rule;
  std::shared_ptr<const JsonShape> element;  // Has the target of the list.
};

struct MapShape {
  MapRule rule;
  std::function<void(void* target, std::string&& name, std::string&& value)> put;
  std::function<void(void* target)> begin = {};  // Called when there is one, empty or not.
};

struct ObjectShape {
  std::shared_ptr<const JsonTable> table;
  // Gives what the table is to fill in, which close() gets when that has been done. No close():
  // nothing remains to be done.
  std::function<std::shared_ptr<void>(void* target)> open;
  std::function<MaybeProblem(void* target, void* filled, const std::string& path)> close;
  // Set where a boolean may stand in the object's place.
  std::function<void(void* target, bool value)> flag = {};
};

struct JsonShape {
  std::variant<TextShape, FlagShape, IntegerShape, ListShape, MapShape, ObjectShape> value;
};

struct JsonField {
  std::string_view name;
  bool isRequired = false;
  JsonShape shape = {};
};

// At most 64 fields.
struct JsonTable {
  std::vector<JsonField> fields;
  // The names once more, side by side: each key of a document is looked for among them.
  std::vector<std::string_view> names;
};

// The table of a T. Fields may be left out unless they are required(), and null says the same. All
// names are literals.
template <typename T>
class JsonFields {
 public:
  JsonFields& text(std::string_view name, std::string T::*member, TextRule rule = {}) {
    return add(name, TextShape{std::move(rule), [member](void* target, std::string&& value) {
                                 of(target).*member = std::move(value);
                               }});
  }

  JsonFields& flag(std::string_view name, bool T::*member) {
    return add(name, FlagShape{[member](void* target, bool value) { of(target).*member = value; }});
  }

  JsonFields& integer(std::string_view name, uint64_t T::*member, IntegerRule rule = {}) {
    return add(name, IntegerShape{std::move(rule), [member](void* target, uint64_t value) {
                                    of(target).*member = value;
                                  }});
  }

  JsonFields& texts(std::string_view name, std::vector<std::string> T::*member, ListRule list,
                    TextRule rule = {}) {
    TextShape element{std::move(rule), [member](void* target, std::string&& value) {
                        (of(target).*member).push_back(std::move(value));
                      }};
    return add(name, ListShape{list, std::make_shared<JsonShape>(JsonShape{std::move(element)})});
  }

  using Pairs = std::vector<std::pair<std::string, std::string>>;
  // `given`, where it is said, becomes true for one that is there, empty or not.
  JsonFields& map(std::string_view name, Pairs T::*member, MapRule rule, bool T::*given = nullptr) {
    MapShape shape{std::move(rule), [member](void* target, std::string&& key, std::string&& value) {
                     (of(target).*member).emplace_back(std::move(key), std::move(value));
                   }};
    if (given != nullptr) shape.begin = [given](void* target) { of(target).*given = true; };
    return add(name, std::move(shape));
  }

  template <typename U>
  JsonFields& object(std::string_view name, U T::*member, JsonFields<U> fields) {
    const auto open = [member](void* target) {
      return std::shared_ptr<void>(std::shared_ptr<void>(), &(of(target).*member));
    };
    return add(name, ObjectShape{std::move(fields).table(), open, {}, {}});
  }

  // An object, or a boolean in its place. `begin` is called when it is an object.
  template <typename U>
  JsonFields& objectOrFlag(std::string_view name, U T::*member, JsonFields<U> fields,
                           std::function<void(U&)> begin, std::function<void(U&, bool)> flag) {
    const auto open = [member, begin = std::move(begin)](void* target) {
      U& value = of(target).*member;
      begin(value);
      return std::shared_ptr<void>(std::shared_ptr<void>(), &value);
    };
    const auto put = [member, flag = std::move(flag)](void* target, bool value) {
      flag(of(target).*member, value);
    };
    return add(name, ObjectShape{std::move(fields).table(), open, {}, put});
  }

  // `take` gets each element when it has been read, and may refuse it.
  template <typename U>
  JsonFields& objects(
      std::string_view name, ListRule list, JsonFields<U> fields,
      std::function<MaybeProblem(T& owner, U&& element, const std::string& path)> take) {
    ObjectShape element{
        std::move(fields).table(),
        [](void*) { return std::make_shared<U>(); },
        [take = std::move(take)](void* target, void* filled, const std::string& path) {
          return take(of(target), std::move(*static_cast<U*>(filled)), path);
        },
        {}};
    return add(name, ListShape{list, std::make_shared<JsonShape>(JsonShape{std::move(element)})});
  }

  // The field that was added last must be given.
  JsonFields& required() {
    table_.fields.back().isRequired = true;
    return *this;
  }

  const JsonTable& table() const& { return table_; }
  std::shared_ptr<const JsonTable> table() && {
    return std::make_shared<const JsonTable>(std::move(table_));
  }

 private:
  static T& of(void* target) { return *static_cast<T*>(target); }

  template <typename Shape>
  JsonFields& add(std::string_view name, Shape shape) {
    table_.fields.push_back({name, false, JsonShape{std::move(shape)}});
    table_.names.push_back(name);
    return *this;
  }

  JsonTable table_;
};

}  // namespace brood::gateway
