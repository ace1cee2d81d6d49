#include "supervisor/sessions/file_records.h"

#include <gtest/gtest.h>

#include <cstring>

namespace brood::supervisor {
namespace {

std::string recordOf(const std::string& path, const std::string& target, uint32_t claims) {
  FileRecord record;
  record.size = 5;
  record.pathBytes = claims;
  record.targetBytes = static_cast<uint32_t>(target.size());
  std::string bytes(sizeof(record), '\0');
  std::memcpy(bytes.data(), &record, sizeof(record));
  return bytes + path + target;
}

std::optional<std::vector<ListedFile>> parse(const std::string& bytes) {
  return parseFileRecords({reinterpret_cast<const kj::byte*>(bytes.data()), bytes.size()});
}

TEST(FileRecords, ComeOneAfterTheOther) {
  const auto files = parse(recordOf("/a", "", 2) + recordOf("/b", "/a", 2));
  ASSERT_TRUE(files.has_value());
  ASSERT_EQ(files->size(), 2u);
  EXPECT_EQ((*files)[0].path, "/a");
  EXPECT_EQ((*files)[1].target, "/a");
  EXPECT_EQ((*files)[1].record.size, 5u);
  EXPECT_TRUE(parse("")->empty());
}

TEST(FileRecords, ALengthThatIsNotThereIsNotBelieved) {
  EXPECT_FALSE(parse(recordOf("/a", "", 3)).has_value());
  EXPECT_FALSE(parse(recordOf("/a", "", 0xffffffff)).has_value());
  EXPECT_FALSE(parse(recordOf("/a", "", 2) + "x").has_value());
}

TEST(FileRecords, NamesThatAreNotUtf8AreLeftOut) {
  const auto files = parse(recordOf("/\xff", "", 2) + recordOf("/b", "", 2));
  ASSERT_TRUE(files.has_value());
  ASSERT_EQ(files->size(), 1u);
  EXPECT_EQ((*files)[0].path, "/b");
}

}  // namespace
}  // namespace brood::supervisor
