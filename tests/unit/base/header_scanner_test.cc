#include "base/header_scanner.h"

#include <gtest/gtest.h>

#include <string>

namespace brood {
namespace {

using Outcome = HeaderScanner::Outcome;

Outcome scan(const std::string& block) { return HeaderScanner().scan(block); }

TEST(HeaderScanner, FindsTheEmptyLine) {
  HeaderScanner scanner;
  EXPECT_EQ(scanner.scan("GET / HTTP/1.1\r\nA: b\r\n\r\nbody"), Outcome::complete);
  EXPECT_EQ(scanner.length(), 24u);
}

TEST(HeaderScanner, GoesOnWhereItStopped) {
  const std::string block = "GET / HTTP/1.1\r\n\r\n";
  HeaderScanner scanner;
  for (size_t size = 1; size < block.size(); ++size) {
    EXPECT_EQ(scanner.scan(block.substr(0, size)), Outcome::needMore);
  }
  EXPECT_EQ(scanner.scan(block), Outcome::complete);
}

TEST(HeaderScanner, RefusesWhatParsersDisagreeAbout) {
  EXPECT_EQ(scan("GET / HTTP/1.1\nA: b\n\n"), Outcome::badLineEnding);
  EXPECT_EQ(scan("GET / HTTP/1.1\rA: b"), Outcome::badLineEnding);
  EXPECT_EQ(scan("GET / HTTP/1.1\r\n A: b"), Outcome::foldedLine);
  EXPECT_EQ(scan(std::string("GET /\0", 6)), Outcome::controlByte);
  EXPECT_EQ(scan("GET /\x7f"), Outcome::controlByte);
}

}  // namespace
}  // namespace brood
