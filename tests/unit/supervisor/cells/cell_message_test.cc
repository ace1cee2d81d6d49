#include "supervisor/cells/cell_message.h"

#include <gtest/gtest.h>
#include <kj/string.h>

#include <cstring>
#include <string>

#include "rpc/wire/cell_frames.h"

namespace brood::supervisor {
namespace {

TEST(CellMessage, HasItsPartsBehindItsHeader) {
  ResultsConfig results;
  auto message = encodeCell(
      {kj::StringPtr("code").asBytes(), kj::StringPtr("in").asBytes(), {{"A", "1"}, {"B", ""}}},
      results);
  CellHeader header;
  ASSERT_GE(message.size(), sizeof(header));
  std::memcpy(&header, message.begin(), sizeof(header));
  EXPECT_EQ(header.magic, CellHeader::kMagic);
  EXPECT_EQ(header.codeBytes, 4u);
  EXPECT_EQ(header.stdinBytes, 2u);
  EXPECT_EQ(header.envBytes, 7u);
  EXPECT_EQ(header.resultCount, results.maxCount);
  const std::string rest(message.asChars().begin() + sizeof(header),
                         message.size() - sizeof(header));
  EXPECT_EQ(rest, std::string("codeinA=1\0B=\0", 13));
}

TEST(CellMessage, GetsItsNumberWhenItIsSent) {
  auto message = encodeCell({nullptr, nullptr, {}}, ResultsConfig());
  setCellNumber(message, 7);
  CellHeader header;
  std::memcpy(&header, message.begin(), sizeof(header));
  EXPECT_EQ(header.number, 7u);
}

TEST(CellMessage, AsksForTheErrorOfEveryCell) {
  ResultsConfig config;
  config.maxCount = 10;
  EXPECT_EQ(resultsOfCell(config, false).maxCount, 1u);
  EXPECT_EQ(resultsOfCell(config, true).maxCount, 11u);
}

}  // namespace
}  // namespace brood::supervisor
