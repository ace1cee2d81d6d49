#include "gateway/sessions/file_download.h"

#include "tests/unit/gateway/sessions/sessions_fixture.h"

namespace brood::gateway {
namespace {

using FileDownloadTest = SessionsTest;

std::string counted(size_t size) {
  std::string text(size, 'a');
  for (size_t i = 0; i < size; ++i) text[i] = static_cast<char>('a' + i % 23);
  return text;
}

TEST_F(FileDownloadTest, ALongFileComesInPieces) {
  startGateway();
  for (const size_t size : {kFilePieceBytes - 1, kFilePieceBytes, 2 * kFilePieceBytes + 5}) {
    state().files["f"] = counted(size);
    const auto response = get("/v1/sessions/s1/files/f");
    EXPECT_EQ(response.status, 200u);
    EXPECT_TRUE(response.body == state().files["f"]) << size;
  }
}

TEST_F(FileDownloadTest, GivesARange) {
  startGateway();
  state().files["f"] = "0123456789";
  const auto part = get("/v1/sessions/s1/files/f", "Range: bytes=2-4\r\n");
  EXPECT_EQ(part.status, 206u);
  EXPECT_EQ(part.body, "234");
  EXPECT_EQ(part.headers.at("content-range"), "bytes 2-4/10");
  EXPECT_EQ(get("/v1/sessions/s1/files/f", "Range: bytes=-3\r\n").body, "789");
  EXPECT_EQ(get("/v1/sessions/s1/files/f", "Range: bytes=8-\r\n").body, "89");
  const auto beyond = get("/v1/sessions/s1/files/f", "Range: bytes=10-\r\n");
  EXPECT_EQ(beyond.status, 416u);
  EXPECT_EQ(beyond.errorCode(), "range_not_satisfiable");
  EXPECT_EQ(beyond.headers.at("content-range"), "bytes */10");
  EXPECT_EQ(get("/v1/sessions/s1/files/f", "Range: lines=1-2\r\n").status, 200u);
}

TEST_F(FileDownloadTest, ARangeIsNoLongerThanItsMost) {
  startGateway();
  state().files["f"] = counted(kMostRangeBytes + 10);
  const auto part = get("/v1/sessions/s1/files/f", "Range: bytes=3-\r\n");
  EXPECT_EQ(part.body.size(), kMostRangeBytes);
  EXPECT_TRUE(part.body == state().files["f"].substr(3, kMostRangeBytes));
}

}  // namespace
}  // namespace brood::gateway
