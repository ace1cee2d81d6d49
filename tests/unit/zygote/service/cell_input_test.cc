// A cell's input is as long as it is, whatever a pipe holds.

#include "zygote/service/cell_input.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

#include "tests/unit/zygote/forked_child.h"

namespace brood::zygote {
namespace {

// In a child: it is the standard input of a process.
bool readsBack(const std::string& text) {
  return inForkedChild([&] {
           placeCellInput(
               kj::arrayPtr(reinterpret_cast<const kj::byte*>(text.data()), text.size()));
           std::string read;
           char buffer[4096];
           for (ssize_t count; (count = ::read(STDIN_FILENO, buffer, sizeof(buffer))) > 0;) {
             read.append(buffer, static_cast<size_t>(count));
           }
           return read == text ? 0 : 1;
         }) == 0;
}

TEST(CellInputTest, IsReadBackToItsEnd) {
  EXPECT_TRUE(readsBack(""));
  EXPECT_TRUE(readsBack("text"));
  EXPECT_TRUE(readsBack(std::string(65536, 'x')));
  EXPECT_TRUE(readsBack(std::string(1 << 20, 'y')));
}

}  // namespace
}  // namespace brood::zygote
