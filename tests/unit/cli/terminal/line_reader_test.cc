#include "cli/terminal/line_reader.h"

#include <gtest/gtest.h>

#include "rpc/loop/uv_io.h"

namespace brood::cli {
namespace {

class LineReaderTest : public testing::Test {
 protected:
  ~LineReaderTest() noexcept override = default;

  void write(const std::string& text) {
    pipe_.out->write(text.data(), text.size()).wait(io_.waitScope());
  }

  std::string next() {
    auto line = lines_.next().wait(io_.waitScope());
    KJ_IF_MAYBE (text, line) {
      return *text;
    }
    return "(end)";
  }

  UvAsyncIo io_;
  kj::OneWayPipe pipe_ = io_.provider().newOneWayPipe();
  LineReader lines_{*pipe_.in};
};

TEST_F(LineReaderTest, SplitsAndJoins) {
  write("one\n\ntwo ");
  EXPECT_EQ(next(), "one");
  EXPECT_EQ(next(), "");
  write("and a half\n");
  EXPECT_EQ(next(), "two and a half");
}

TEST_F(LineReaderTest, KeepsTheLastLineWithoutAnEnd) {
  write("one\nlast");
  pipe_.out = nullptr;
  EXPECT_EQ(next(), "one");
  EXPECT_EQ(next(), "last");
  EXPECT_EQ(next(), "(end)");
}

TEST_F(LineReaderTest, RefusesALineWithoutEnd) {
  auto line = lines_.next();
  std::string text(10'000, 'x');
  EXPECT_THROW(
      {
        auto writing = [&](auto&& self, int left) -> kj::Promise<void> {
          if (left == 0) return kj::READY_NOW;
          return pipe_.out->write(text.data(), text.size()).then([&self, left] {
            return self(self, left - 1);
          });
        };
        auto written = writing(writing, 10).eagerlyEvaluate(nullptr);
        line.wait(io_.waitScope());
      },
      kj::Exception);
}

}  // namespace
}  // namespace brood::cli
