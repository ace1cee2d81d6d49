#include "gateway/jobs/json_reader.h"

#include <gtest/gtest.h>

namespace brood::gateway {
namespace {

struct Window {
  uint64_t width = 0;
};

struct Item {
  std::string name;
  bool isOld = false;
};

struct Order {
  std::string title;
  std::string kind;
  uint64_t count = 0;
  bool urgent = false;
  std::vector<std::string> words;
  std::vector<std::pair<std::string, std::string>> labels;
  Window window;
  std::vector<Item> items;
};

JsonFields<Order> fields() {
  JsonFields<Window> window;
  window.integer("width", &Window::width).required();
  JsonFields<Item> item;
  item.text("name", &Item::name).required();
  item.flag("old", &Item::isOld);
  JsonFields<Order> all;
  all.text("title", &Order::title, {.mayBeEmpty = false, .mayHoldNul = false, .mostBytes = 8})
      .required();
  all.text("kind", &Order::kind, {.choices = {"a", "b", "c"}});
  all.integer("count", &Order::count, {.least = 2, .most = 9, .outOfRange = "bad_count"});
  all.flag("urgent", &Order::urgent);
  all.texts("words", &Order::words, {.most = 2, .elements = "words", .tooMany = "wordy"},
            {.mostBytes = 4, .tooLong = "long_word"});
  all.map("labels", &Order::labels, {.list = {.most = 2, .elements = "labels"}});
  all.object("window", &Order::window, std::move(window));
  all.objects<Item>("items", {}, std::move(item),
                    [](Order& order, Item&& one, const std::string& path) -> MaybeProblem {
                      if (one.name == "bad") {
                        return JsonProblem{"bad_item", path + " is bad", path + ".name"};
                      }
                      order.items.push_back(std::move(one));
                      return {};
                    });
  return all;
}

ApiError errorOf(std::string_view json) {
  const auto read = readJson(fields(), json);
  const auto* error = std::get_if<ApiError>(&read);
  EXPECT_NE(error, nullptr) << json;
  return error == nullptr ? ApiError{} : *error;
}

TEST(JsonReader, FillsInEveryKindOfField) {
  const auto read = readJson(fields(), R"({"title":"t","kind":"b","count":9,"urgent":true,
      "words":["x","y"],"labels":{"k":"v","é":""},"window":{"width":7},
      "items":[{"old":true,"name":"one"},{"name":"two"}]})");
  ASSERT_TRUE(std::holds_alternative<Order>(read)) << std::get<ApiError>(read).message;
  const auto& order = std::get<Order>(read);
  EXPECT_EQ(order.title, "t");
  EXPECT_EQ(order.kind, "b");
  EXPECT_EQ(order.count, 9u);
  EXPECT_TRUE(order.urgent);
  EXPECT_EQ(order.words, (std::vector<std::string>{"x", "y"}));
  const decltype(order.labels) labels = {{"k", "v"}, {"é", ""}};
  EXPECT_EQ(order.labels, labels);
  EXPECT_EQ(order.window.width, 7u);
  ASSERT_EQ(order.items.size(), 2u);
  EXPECT_TRUE(order.items[0].isOld);
  EXPECT_EQ(order.items[1].name, "two");
}

TEST(JsonReader, NullIsAsGoodAsAbsentUnlessAFieldIsRequired) {
  const auto read = readJson(fields(), R"({"title":"t","kind":null,"count":null,"words":null,
      "labels":{"k":null},"window":null,"items":[{"name":"x","old":null}]})");
  ASSERT_TRUE(std::holds_alternative<Order>(read)) << std::get<ApiError>(read).message;
  EXPECT_TRUE(std::get<Order>(read).labels.empty());
  EXPECT_EQ(errorOf(R"({"title":null})").message, "title must be a string, got null");
  EXPECT_EQ(errorOf(R"({"title":"t","words":[null]})").field, "words[0]");
  EXPECT_EQ(errorOf(R"({"title":"t","items":[{"name":null}]})").field, "items[0].name");
}

TEST(JsonReader, NamesTheFieldTheValueAndWhatIsAllowed) {
  const struct {
    const char *json, *code, *field, *message;
  } cases[] = {
      {R"({"title":"t","count":1})", "bad_count", "count", "count must be 2..9, got 1"},
      {R"({"title":"t","count":-1})", "bad_count", "count", "count must be 2..9, got -1"},
      {R"({"title":"t","count":10})", "bad_count", "count", "count must be 2..9, got 10"},
      {R"({"title":"t","count":99999999999999999999})", "bad_count", "count",
       "count must be 2..9, got 99999999999999999999"},
      {R"({"title":"t","count":2.0})", "invalid_type", "count",
       "count must be an integer, got a number with a fraction or an exponent"},
      {R"({"title":"t","kind":"d"})", "invalid_value", "kind", "kind must be a, b or c, got 'd'"},
      {R"({"title":"123456789"})", "invalid_value", "title",
       "title may have at most 8 bytes, got 9: '123456789...'"},
      {R"({"title":"t\u0000"})", "invalid_value", "title", "title must not contain NUL"},
      {R"({"title":""})", "invalid_value", "title", "title must not be empty"},
      {R"({"title":"t","words":["x","12345"]})", "long_word", "words[1]",
       "words[1] may have at most 4 bytes, got 5: '12345...'"},
      {R"({"title":"t","words":["","",""]})", "wordy", "words",
       "words may have at most 2 words, got more"},
      {R"({"title":"t","labels":{"a":"","b":"","c":""}})", "invalid_value", "labels",
       "labels may have at most 2 labels, got more"},
      {R"({"title":"t","labels":{"a":"","a":""}})", "duplicate_field", "labels.a",
       "labels.a is given twice"},
      {R"({"title":"t","window":{}})", "missing_field", "window.width", "window.width is required"},
      {R"({"title":"t","window":{"w":1}})", "unknown_field", "window.w", "there is no window.w"},
      {R"({"titel":"t"})", "unknown_field", "titel", "there is no field titel"},
      {R"({"title":"t","title":"t"})", "duplicate_field", "title", "title is given twice"},
      {R"({"kind":"a"})", "missing_field", "title", "title is required"},
      {R"({"title":"t","items":[{"name":"x"},{"old":true}]})", "missing_field", "items[1].name",
       "items[1].name is required"},
      {R"({"title":"t","items":[{"name":"x"},{"name":"bad"}]})", "bad_item", "items[1].name",
       "items[1] is bad"},
      {R"({"title":"t","items":["x"]})", "invalid_type", "items[0]",
       "items[0] must be an object, got a string"},
      {R"({"title":"t","urgent":1e999})", "invalid_value", "urgent",
       "urgent is a number beyond what can be represented"},
  };
  for (const auto& c : cases) {
    const auto error = errorOf(c.json);
    EXPECT_EQ(error.status, 400u) << c.json;
    EXPECT_EQ(error.code, c.code) << c.json;
    EXPECT_EQ(error.field, c.field) << c.json;
    EXPECT_EQ(error.message, c.message) << c.json;
  }
}

TEST(JsonReader, TheFirstErrorOfTheDocumentWins) {
  EXPECT_EQ(errorOf(R"({"kind":"d","count":1,nonsense)").field, "kind");
  EXPECT_EQ(errorOf(R"({"kind":"a",nonsense)").code, "invalid_json");
}

// A value that a table does not expect is refused where it begins, however deep it goes on.
TEST(JsonReader, NestsNoDeeperThanItsTable) {
  const std::string deep(1'000'000, '[');
  EXPECT_EQ(errorOf(deep).code, "invalid_type");
  EXPECT_EQ(errorOf(R"({"title":)" + deep).field, "title");
  EXPECT_EQ(errorOf(R"({"words":[)" + deep).field, "words[0]");
  EXPECT_EQ(errorOf(R"({"labels":{"a":)" + deep).field, "labels.a");
  EXPECT_EQ(errorOf(R"({"nothing":)" + deep).code, "unknown_field");
}

TEST(JsonReader, RepeatsNoMoreThanTheBeginningOfWhatItRefuses) {
  const std::string huge(100'000, 'x');
  for (const auto& json : {"{\"" + huge + "\":1}", "{\"title\":\"" + huge + "\"}",
                           "{\"kind\":\"" + huge + "\"}", "{\"count\":" + std::string(9000, '9')}) {
    const auto error = errorOf(json);
    EXPECT_LT(error.message.size() + error.field.size(), 600u);
  }
}

}  // namespace
}  // namespace brood::gateway
