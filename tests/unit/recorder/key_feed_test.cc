#include "recorder/key_feed.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "rpc/loop/uv_io.h"
#include "tests/unit/recorder/temporary_folder.h"

namespace brood::recorder {
namespace {

class Taken final : public rpc::KeyReader::Server {
 public:
  explicit Taken(std::vector<std::string>& texts) : texts_(texts) {}
  kj::Promise<void> keys(KeysContext context) override {
    texts_.push_back(context.getParams().getText().cStr());
    return kj::READY_NOW;
  }
  kj::Promise<void> certificate(CertificateContext context) override {
    const auto params = context.getParams();
    texts_.push_back(std::string(params.getChain().cStr()) + params.getPrivateKey().cStr() +
                     params.getClientAuthorities().cStr());
    return kj::READY_NOW;
  }

 private:
  std::vector<std::string>& texts_;
};

class KeyFeedTest : public testing::Test {
 protected:
  ~KeyFeedTest() noexcept override = default;

  void write(const std::string& text) {
    const std::string beside = path_ + ".new";
    std::ofstream(beside) << text;
    ::chmod(beside.c_str(), 0600);
    std::filesystem::rename(beside, path_);
  }
  void turn() {
    kj::evalLater([] {}).wait(io_.waitScope()), io_.waitScope().poll();
  }

  UvAsyncIo io_;
  TemporaryFolder folder_;
  std::string path_ = folder_ / "keys.json";
  spdlog::logger logger_{"test"};
  std::vector<std::string> texts_;
  const std::string one_ = "{\"version\":1,\"keys\":[]}";
};

TEST_F(KeyFeedTest, SendsAtOnceAndAfterEachChange) {
  write(one_);
  KeyFeed feed({path_, {}, {}}, logger_);
  feed.add(kj::heap<Taken>(texts_));
  turn();
  EXPECT_EQ(texts_, std::vector<std::string>{one_});
  feed.look();
  turn();
  EXPECT_EQ(texts_.size(), 1u);
  write(one_ + "\n");
  feed.look();
  turn();
  EXPECT_EQ(texts_.size(), 2u);
  EXPECT_EQ(texts_[1], one_ + "\n");
}

TEST_F(KeyFeedTest, ABadFileChangesNothing) {
  write(one_);
  KeyFeed feed({path_, {}, {}}, logger_);
  write("{");
  feed.look();
  feed.add(kj::heap<Taken>(texts_));
  turn();
  EXPECT_EQ(texts_, std::vector<std::string>{one_});
  std::filesystem::remove(path_);
  feed.look();
  turn();
  EXPECT_EQ(texts_.size(), 1u);
}

TEST_F(KeyFeedTest, ACertificateIsSentWhenItChanges) {
  const std::string chain = folder_ / "chain.pem", key = folder_ / "key.pem";
  std::ofstream(chain) << "chain";
  std::ofstream(key) << "key";
  KeyFeed feed({{}, chain, key}, logger_);
  feed.add(kj::heap<Taken>(texts_));
  feed.look();
  turn();
  EXPECT_TRUE(texts_.empty());
  std::filesystem::remove(chain);
  feed.look();
  turn();
  EXPECT_TRUE(texts_.empty());
  std::ofstream(chain) << "chain2";
  feed.look();
  feed.look();
  turn();
  EXPECT_EQ(texts_, std::vector<std::string>{"chain2key"});
}

TEST_F(KeyFeedTest, ANewAuthorityIsSentWithTheCertificate) {
  const std::string chain = folder_ / "chain.pem", key = folder_ / "key.pem",
                    authority = folder_ / "ca.pem";
  std::ofstream(chain) << "chain";
  std::ofstream(key) << "key";
  std::ofstream(authority) << "one";
  KeyFeed feed({{}, chain, key, authority}, logger_);
  feed.add(kj::heap<Taken>(texts_));
  std::ofstream(authority) << "other";
  feed.look();
  turn();
  EXPECT_EQ(texts_, std::vector<std::string>{"chainkeyother"});
}

TEST_F(KeyFeedTest, WithoutAFileThereIsNothingToSend) {
  KeyFeed feed({}, logger_);
  feed.add(kj::heap<Taken>(texts_));
  feed.look();
  turn();
  EXPECT_TRUE(texts_.empty());
}

}  // namespace
}  // namespace brood::recorder
