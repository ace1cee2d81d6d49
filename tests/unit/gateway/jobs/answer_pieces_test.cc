#include "gateway/jobs/answer_pieces.h"

#include <gtest/gtest.h>

#include <functional>
#include <random>

namespace brood::gateway {
namespace {

using Write = std::function<void(JsonWriter&)>;

std::string atOnce(const Write& write) {
  std::string text;
  JsonWriter json(text);
  write(json);
  return text;
}

std::string inPieces(const Write& write, size_t* count = nullptr) {
  std::string text, all;
  JsonGaps gaps;
  JsonWriter json(text, &gaps);
  write(json);
  AnswerPieces pieces(std::move(text), std::move(gaps));
  while (!pieces.isDone()) {
    const auto piece = pieces.next();
    EXPECT_LE(piece.size(), AnswerPieces::kPieceBytes);
    all += piece;
    if (count != nullptr) ++*count;
  }
  return all;
}

// Where it is cut must not show: in the middle of sequences, valid ones and others.
std::vector<std::string> values() {
  std::mt19937 noise(7);
  std::vector<std::string> all{"", "small", std::string(1 << 20, '\0'), std::string(400'000, 'a')};
  for (const std::string sequence : {"\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x90\x8e", "\xe2\x82",
                                     "\xf0\x9f", "\xff\xf0\x9f\x90"}) {
    for (size_t lead = 0; lead < 4; ++lead) {
      std::string text(lead, '"');
      while (text.size() < 3 * AnswerPieces::kLookBytes) text += sequence;
      all.push_back(text);
    }
  }
  std::string random(300'000, 0);
  for (char& c : random) c = static_cast<char>(noise());
  all.push_back(random);
  std::string late(2 * AnswerPieces::kLookBytes, 'x');
  all.push_back(late + '\xff');
  all.push_back(late + "\xe2\x82");
  return all;
}

TEST(AnswerPieces, AreWhatWouldHaveBeenWrittenAtOnce) {
  for (const auto& value : values()) {
    const Write write = [&](JsonWriter& json) {
      json.beginObject().field("a", uint64_t{1}).field("text", value);
      json.bytes("bytes", value).field("b", true).key("list").beginArray();
      json.string(value).string("x").string(value).endArray().endObject();
    };
    EXPECT_TRUE(inPieces(write) == atOnce(write))
        << value.size() << " bytes, " << value.substr(0, 8);
  }
}

TEST(AnswerPieces, ASmallAnswerIsTheTextItself) {
  const Write write = [](JsonWriter& json) { json.beginObject().field("a", "b").endObject(); };
  size_t count = 0;
  EXPECT_EQ(inPieces(write, &count), R"({"a":"b"})");
  EXPECT_EQ(count, 1u);
}

TEST(AnswerPieces, MayEndWithAValue) {
  const std::string value(100'000, 'x');
  const Write write = [&](JsonWriter& json) { json.string(value); };
  EXPECT_TRUE(inPieces(write) == atOnce(write));
}

}  // namespace
}  // namespace brood::gateway
