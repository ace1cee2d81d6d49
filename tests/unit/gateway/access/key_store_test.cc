#include "gateway/access/key_store.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <thread>

namespace brood::gateway {
namespace {

class KeyStoreTest : public testing::Test {
 protected:
  KeyStoreTest() {
    char name[] = "/tmp/brood-keys-XXXXXX";
    folder_ = ::mkdtemp(name);
    path_ = folder_ / "keys.json";
  }
  ~KeyStoreTest() override { std::filesystem::remove_all(folder_); }

  std::string add(const std::string& id) {
    return changeKeyFile(path_, [&](KeyFile& file) {
      file.keys.push_back({id, "acme", sha256(id), {true, false, false}, 0, {}, {}, ""});
      return "";
    });
  }
  void write(const std::string& text) { std::ofstream(path_) << text; }
  std::string problem() {
    const auto result = readKeyFile(path_);
    return std::holds_alternative<KeyFile>(result) ? "none" : std::get<std::string>(result);
  }

  std::filesystem::path folder_;
  std::string path_;
};

TEST_F(KeyStoreTest, MakesAFileForItsOwnerAlone) {
  EXPECT_EQ(add("k_1"), "");
  struct stat facts;
  ASSERT_EQ(::stat(path_.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 07777, 0600u);
  EXPECT_EQ(std::get<KeyFile>(readKeyFile(path_)).keys.size(), 1u);
}

TEST_F(KeyStoreTest, NothingIsLeftBesideIt) {
  add("k_1");
  add("k_2");
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
    names.insert(entry.path().filename());
  }
  EXPECT_EQ(names, (std::set<std::string>{"keys.json", "keys.json.lock"}));
}

TEST_F(KeyStoreTest, ChangesAtTheSameTimeAreAllThere) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([this, i] {
      for (int k = 0; k < 10; ++k) add("k_" + std::to_string(i) + "_" + std::to_string(k));
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(std::get<KeyFile>(readKeyFile(path_)).keys.size(), 80u);
}

TEST_F(KeyStoreTest, ARefusedChangeWritesNothing) {
  add("k_1");
  EXPECT_EQ(changeKeyFile(path_,
                          [](KeyFile& file) {
                            file.keys.clear();
                            return "no such key";
                          }),
            "no such key");
  EXPECT_EQ(std::get<KeyFile>(readKeyFile(path_)).keys.size(), 1u);
}

TEST_F(KeyStoreTest, ABadFileIsNotReplaced) {
  write("{");
  ::chmod(path_.c_str(), 0600);
  EXPECT_NE(add("k_1"), "");
  EXPECT_EQ(std::filesystem::file_size(path_), 1u);
}

TEST_F(KeyStoreTest, WhatOthersMayReadIsRefused) {
  add("k_1");
  ::chmod(path_.c_str(), 0640);
  EXPECT_EQ(problem(), path_ + ": has mode 0640; fix: chmod 600 " + path_);
}

TEST_F(KeyStoreTest, OnlyARegularFileIsRead) {
  std::filesystem::create_directory(path_);
  EXPECT_NE(problem(), "none");
  std::filesystem::remove(path_);
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  EXPECT_EQ(problem(), path_ + ": not a regular file");
}

TEST_F(KeyStoreTest, TheWatchTellsOfEachChangeOnce) {
  KeyFileWatch watch(path_);
  auto change = watch.look();
  ASSERT_TRUE(change);
  EXPECT_TRUE(std::holds_alternative<std::string>(change->content));
  EXPECT_FALSE(watch.look());
  add("k_1");
  change = watch.look();
  ASSERT_TRUE(change);
  EXPECT_EQ(std::get<KeyFile>(change->content).keys.size(), 1u);
  EXPECT_FALSE(change->text.empty());
  EXPECT_FALSE(watch.look());
}

TEST_F(KeyStoreTest, TheWatchSeesARewrittenFile) {
  add("k_1");
  KeyFileWatch watch(path_);
  watch.look();
  write("nonsense");  // In the inode of before.
  const auto change = watch.look();
  ASSERT_TRUE(change);
  EXPECT_TRUE(std::holds_alternative<std::string>(change->content));
}

TEST_F(KeyStoreTest, TheWatchSeesAChangedMode) {
  add("k_1");
  KeyFileWatch watch(path_);
  watch.look();
  ::chmod(path_.c_str(), 0644);
  const auto change = watch.look();
  ASSERT_TRUE(change);
  EXPECT_TRUE(std::holds_alternative<std::string>(change->content));
}

}  // namespace
}  // namespace brood::gateway
