#include "egress/proxies/body_pump.h"

#include <kj/debug.h>

#include "tests/unit/egress/proxies/proxy_fixture.h"

namespace brood::egress {
namespace {

class NoMeter final : public PassageMeter {
 public:
  kj::Promise<void> pass(Direction, size_t) override { return kj::READY_NOW; }
};

class BodyPumpTest : public ProxyTest {
 protected:
  // The bytes that are written for this answer, or that the pump failed.
  std::string pumped(const std::string& answer, bool writesChunks) {
    auto in = kj::newTwoWayPipe();
    auto out = kj::newTwoWayPipe();
    auto writing = in.ends[1]
                       ->write(answer.data(), answer.size())
                       .then([&] { in.ends[1]->shutdownWrite(); })
                       .eagerlyEvaluate(nullptr);
    BufferedStream from(kj::mv(in.ends[0]), 1024);
    HttpResponseReader reader(512);
    while (!reader.hasHead()) {
      from.readMore().wait(scope());
      from.consume(reader.feedHead(from.bytes()));
    }
    NoMeter meter;
    SilenceWatch silence(io.timer(), 0 * kj::SECONDS);
    BodyPump<false> pump(reader, from, *out.ends[0], writesChunks, meter, silence);
    auto result = pump.run()
                      .then(
                          [&] {
                            out.ends[0]->shutdownWrite();
                            return std::string();
                          },
                          [&](kj::Exception&&) {
                            out.ends[0]->shutdownWrite();
                            return std::string(" and failed");
                          })
                      .eagerlyEvaluate(nullptr);
    std::string text = readToEnd(*out.ends[1]);
    return text + result.wait(scope());
  }
};

TEST_F(BodyPumpTest, PassesABodyOfKnownLength) {
  EXPECT_EQ(pumped("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", false), "hello");
}

TEST_F(BodyPumpTest, MakesChunksAnew) {
  EXPECT_EQ(pumped("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                   "0005;secret=1\r\nhello\r\n0\r\nTrailer: x\r\n\r\n",
                   true),
            "5\r\nhello\r\n0\r\n\r\n");
}

TEST_F(BodyPumpTest, TakesChunksApartForWhoKnowsNone) {
  EXPECT_EQ(
      pumped("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", false),
      "hello");
}

TEST_F(BodyPumpTest, ABodyThatEndsEarlyFails) {
  EXPECT_EQ(pumped("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello", false), "hello and failed");
}

}  // namespace
}  // namespace brood::egress
