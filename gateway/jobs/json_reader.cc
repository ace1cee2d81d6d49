#include "gateway/jobs/json_reader.h"

#include <algorithm>
#include <boost/container/small_vector.hpp>
#include <nlohmann/json.hpp>
#include <unordered_set>

#include "gateway/jobs/json_text.h"

namespace brood::gateway {
namespace {

constexpr size_t kMaxReasonInError = 256;

template <typename T>
std::shared_ptr<T> borrowed(T* object) {
  return std::shared_ptr<T>(std::shared_ptr<void>(), object);
}

// The handler of nlohmann's parser, whose names these are. Knows at each event which value is being
// read. What does not belong there sets the error and stops the parser.
class Reader {
 public:
  Reader(const JsonTable& table, void* target)
      : root_{ObjectShape{borrowed(&table), [target](void*) { return borrowed(target); }, {}, {}}} {
  }

  ApiError takeError() { return std::move(error_); }

  bool null();
  bool boolean(bool value);
  bool number_integer(int64_t value) { return number(std::to_string(value), {}); }
  bool number_unsigned(uint64_t value) { return number(std::to_string(value), value); }
  bool number_float(double, const std::string& text);
  bool string(std::string& value);
  bool binary(nlohmann::json::binary_t&) { return wrongType("binary data"); }
  bool start_object(size_t);
  bool key(std::string& name);
  bool end_object();
  bool start_array(size_t);
  bool end_array();
  bool parse_error(size_t position, const std::string& lastToken,
                   const nlohmann::json::exception& error);

 private:
  // A container that has begun. One of the three shapes says which.
  struct Level {
    const ObjectShape* object = nullptr;
    const ListShape* list = nullptr;
    const MapShape* map = nullptr;
    std::shared_ptr<void> target;
    // In an object: the member being read, and which there were.
    const JsonField* field = nullptr;
    uint64_t seen = 0;
    size_t count = 0;  // Elements of a list that are complete.
  };

  // The shape of the value being read; null after the document's end.
  const JsonShape* expected() const;
  template <typename Shape>
  const Shape* expecting() const {
    const auto* shape = expected();
    return shape == nullptr ? nullptr : std::get_if<Shape>(&shape->value);
  }
  void* target() const { return levels_.back().target.get(); }
  bool hasRoomForElement();
  void finishElement();
  bool leave();

  bool number(const std::string& text, std::optional<uint64_t> value);
  bool memberKey(Level& level, const std::string& name);
  bool mapKey(Level& level, std::string& name);
  bool mapText(Level& level, std::string& value);

  // The JSON path of the value being read.
  std::string path() const;
  // In an object of which no member is being read.
  std::string pathOfMember(std::string_view name) const;
  bool wrongType(std::string_view got);
  bool fail(JsonProblem problem);

  const JsonShape root_;
  // Seldom more, and then on the heap.
  boost::container::small_vector<Level, 4> levels_;
  // The map being read (none is within another): the name whose value comes, and all names there
  // were.
  std::string name_;
  std::unordered_set<std::string> names_;
  bool hasEnded_ = false;
  ApiError error_;
};

std::string_view typeName(const JsonShape* shape) {
  if (shape == nullptr) return "an object";
  const auto* object = std::get_if<ObjectShape>(&shape->value);
  if (object != nullptr && object->flag) return "a boolean or an object";
  constexpr std::string_view kNames[] = {"a string", "a boolean", "an integer",
                                         "an array", "an object", "an object"};
  return kNames[shape->value.index()];
}

const JsonShape* Reader::expected() const {
  if (levels_.empty()) return hasEnded_ ? nullptr : &root_;
  const Level& level = levels_.back();
  if (level.list != nullptr) return level.list->element.get();
  if (level.map != nullptr) {
    static const JsonShape anyText{TextShape{}};
    return &anyText;
  }
  return level.field == nullptr ? nullptr : &level.field->shape;
}

bool Reader::null() {
  if (levels_.empty()) return wrongType("null");
  Level& level = levels_.back();
  if (level.map != nullptr) {
    name_.clear();
    return true;
  }
  if (level.list != nullptr || level.field->isRequired) return wrongType("null");
  return true;
}

bool Reader::boolean(bool value) {
  const auto* object = expecting<ObjectShape>();
  if (object != nullptr && object->flag && !levels_.empty()) {
    object->flag(target(), value);
    finishElement();
    return true;
  }
  const auto* shape = expecting<FlagShape>();
  if (shape == nullptr) return wrongType("a boolean");
  if (!hasRoomForElement()) return false;
  shape->put(target(), value);
  finishElement();
  return true;
}

bool Reader::number_float(double, const std::string& text) {
  // An integer beyond 64 bits also comes as a float.
  if (text.find_first_of(".eE") == std::string::npos) return number(text, {});
  return wrongType("a number with a fraction or an exponent");
}

bool Reader::number(const std::string& text, std::optional<uint64_t> value) {
  const auto* shape = expecting<IntegerShape>();
  if (shape == nullptr) return wrongType("a number");
  if (!hasRoomForElement()) return false;
  const IntegerRule& rule = shape->rule;
  if (!value || *value < rule.least || *value > rule.most) {
    const std::string allowed = rule.allowed.empty()
                                    ? std::to_string(rule.least) + ".." + std::to_string(rule.most)
                                    : rule.allowed;
    return fail({std::string(rule.outOfRange),
                 path() + " must be " + allowed + ", got " + shortened(text), path()});
  }
  shape->put(target(), *value);
  finishElement();
  return true;
}

bool Reader::string(std::string& value) {
  const auto* shape = expecting<TextShape>();
  if (shape == nullptr) return wrongType("a string");
  if (levels_.back().map != nullptr) return mapText(levels_.back(), value);
  if (!hasRoomForElement()) return false;
  if (auto problem = checkText(shape->rule, value, [this] { return path(); })) {
    return fail(std::move(*problem));
  }
  shape->put(target(), std::move(value));
  finishElement();
  return true;
}

bool Reader::mapText(Level& level, std::string& value) {
  const MapRule& rule = level.map->rule;
  if (rule.checkValue) {
    if (auto problem = rule.checkValue(name_, value, path())) return fail(std::move(*problem));
  }
  level.map->put(target(), std::move(name_), std::move(value));
  name_.clear();
  return true;
}

bool Reader::start_object(size_t) {
  if (const auto* map = expecting<MapShape>()) {
    names_.clear();
    name_.clear();
    if (map->begin) map->begin(target());
    auto owner = levels_.back().target;
    levels_.push_back({.map = map, .target = std::move(owner)});
    return true;
  }
  const auto* shape = expecting<ObjectShape>();
  if (shape == nullptr) return wrongType("an object");
  if (!hasRoomForElement()) return false;
  auto inner = shape->open(levels_.empty() ? nullptr : target());
  levels_.push_back({.object = shape, .target = std::move(inner)});
  return true;
}

bool Reader::start_array(size_t) {
  const auto* list = expecting<ListShape>();
  if (list == nullptr) return wrongType("an array");
  if (!hasRoomForElement()) return false;
  auto owner = levels_.back().target;
  levels_.push_back({.list = list, .target = std::move(owner)});
  return true;
}

bool Reader::key(std::string& name) {
  Level& level = levels_.back();
  return level.map != nullptr ? mapKey(level, name) : memberKey(level, name);
}

bool Reader::memberKey(Level& level, const std::string& name) {
  level.field = nullptr;
  const auto where = [&] { return pathOfMember(shortened(name)); };
  const JsonTable& table = *level.object->table;
  const auto found = std::find(table.names.begin(), table.names.end(), name);
  if (found == table.names.end()) {
    const std::string what = levels_.size() == 1 ? "there is no field " : "there is no ";
    return fail({"unknown_field", what + where(), where()});
  }
  const auto index = found - table.names.begin();
  const uint64_t bit = uint64_t{1} << index;
  if ((level.seen & bit) != 0) {
    return fail({"duplicate_field", where() + " is given twice", where()});
  }
  level.seen |= bit;
  level.field = &table.fields[static_cast<size_t>(index)];
  return true;
}

bool Reader::mapKey(Level& level, std::string& name) {
  name_.clear();
  const std::string parent = path();
  const std::string where = parent + "." + shortened(name);
  const MapRule& rule = level.map->rule;
  if (rule.checkName) {
    if (auto problem = rule.checkName(name, where)) return fail(std::move(*problem));
  }
  if (!names_.insert(name).second) {
    return fail({"duplicate_field", where + " is given twice", where});
  }
  level.count = names_.size() - 1;
  if (!hasRoomForElement()) return false;
  name_ = std::move(name);
  return true;
}

bool Reader::end_object() {
  Level& level = levels_.back();
  if (level.map != nullptr) return leave();
  level.field = nullptr;
  const auto& fields = level.object->table->fields;
  for (size_t i = 0; i < fields.size(); ++i) {
    if (!fields[i].isRequired || (level.seen & (uint64_t{1} << i)) != 0) continue;
    const std::string where = pathOfMember(fields[i].name);
    return fail({"missing_field", where + " is required", where});
  }
  return leave();
}

bool Reader::end_array() { return leave(); }

// From a container that is complete.
bool Reader::leave() {
  const Level ended = std::move(levels_.back());
  levels_.pop_back();
  if (levels_.empty()) {
    hasEnded_ = true;
    return true;
  }
  if (ended.object != nullptr && ended.object->close) {
    auto problem = ended.object->close(target(), ended.target.get(), path());
    if (problem) return fail(std::move(*problem));
  }
  levels_.back().field = nullptr;
  finishElement();
  return true;
}

// The error is made as soon as there is one more: how many there would have been nobody counts.
bool Reader::hasRoomForElement() {
  if (levels_.empty()) return true;
  const Level& level = levels_.back();
  if (level.object != nullptr) return true;
  const ListRule& rule = level.list != nullptr ? level.list->rule : level.map->rule.list;
  if (level.count < rule.most) return true;
  std::string list = path();
  if (level.list != nullptr) list.resize(list.rfind('['));
  return fail({std::string(rule.tooMany),
               list + " may have at most " + std::to_string(rule.most) + " " +
                   std::string(rule.elements) + ", got more",
               list});
}

void Reader::finishElement() {
  if (levels_.back().list != nullptr) ++levels_.back().count;
}

std::string Reader::path() const {
  std::string text;
  for (const Level& level : levels_) {
    if (level.list != nullptr) {
      text += "[" + std::to_string(level.count) + "]";
      continue;
    }
    const std::string name = level.map != nullptr     ? shortened(name_)
                             : level.field != nullptr ? std::string(level.field->name)
                                                      : "";
    if (!name.empty()) text += (text.empty() ? "" : ".") + name;
  }
  return text;
}

std::string Reader::pathOfMember(std::string_view name) const {
  return (levels_.size() == 1 ? "" : path() + ".") + std::string(name);
}

bool Reader::wrongType(std::string_view got) {
  const std::string where = path();
  std::string message = where.empty() ? "the body" : where;
  message += " must be ";
  message += typeName(expected());
  message += ", got ";
  message += got;
  return fail({"invalid_type", std::move(message), where});
}

bool Reader::parse_error(size_t, const std::string&, const nlohmann::json::exception& error) {
  constexpr int kNumberOutOfRange = 406;
  if (error.id == kNumberOutOfRange) {
    // A body that is nothing but such a number has no field to name.
    if (levels_.empty()) return wrongType("a number beyond what can be represented");
    return fail({"invalid_value", path() + " is a number beyond what can be represented", path()});
  }
  // "[json.exception.parse_error.101] parse error at ...": what follows the bracket is for people.
  // The parser quotes all it has read of a token, white space before it included; where and why
  // stand at the ends.
  std::string_view reason = error.what();
  if (const auto bracket = reason.find("] "); bracket != std::string_view::npos) {
    reason.remove_prefix(bracket + 2);
  }
  std::string message(reason);
  if (reason.size() > kMaxReasonInError) {
    message = std::string(reason.substr(0, kMaxReasonInError / 2)) + "..." +
              std::string(reason.substr(reason.size() - kMaxReasonInError / 2));
  }
  return fail({"invalid_json", std::move(message), path()});
}

bool Reader::fail(JsonProblem problem) {
  error_ = {400, std::move(problem.code), std::move(problem.message), std::move(problem.field), {}};
  return false;
}

}  // namespace

std::optional<ApiError> readJson(const JsonTable& table, void* target, std::string_view json) {
  Reader reader(table, target);
  if (nlohmann::json::sax_parse(json.begin(), json.end(), &reader)) return {};
  return reader.takeError();
}

}  // namespace brood::gateway
