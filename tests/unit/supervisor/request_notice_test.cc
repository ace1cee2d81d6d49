#include "supervisor/request_notice.h"

#include <capnp/message.h>
#include <capnp/serialize-async.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <string>

#include "rpc/supervisor.capnp.h"
#include "rpc/uv_io.h"

namespace brood {
namespace {

// A connection to a listener that notices.
class RequestNotice : public ::testing::Test {
 protected:
  RequestNotice() {
    char folder[] = "/tmp/brood-notice-XXXXXX";
    EXPECT_NE(::mkdtemp(folder), nullptr);
    folder_ = folder;
    auto address = io_.provider()
                       .getNetwork()
                       .parseAddress(kj::str("unix:", folder_, "/socket"))
                       .wait(io_.waitScope());
    receiver_ = noticeRequests(address->listen(), [this]() { ++noticed_; });
    auto accepted = receiver_->accept();
    client_ = address->connect().wait(io_.waitScope());
    server_ = accepted.wait(io_.waitScope());
  }
  ~RequestNotice() noexcept override {
    ::unlink((folder_ + "/socket").c_str());
    ::rmdir(folder_.c_str());
  }

  // What the server reads of a message with a source of so many bytes.
  size_t exchange(size_t sourceBytes) {
    capnp::MallocMessageBuilder message;
    auto job = message.initRoot<rpc::Job>();
    job.setLanguage("python");
    job.initCode(static_cast<unsigned>(sourceBytes));
    capnp::writeMessage(*client_, message).wait(io_.waitScope());
    auto reader = capnp::readMessage(*server_).wait(io_.waitScope());
    return reader->getRoot<rpc::Job>().getCode().size();
  }

  UvAsyncIo io_;
  std::string folder_;
  int noticed_ = 0;
  kj::Own<kj::ConnectionReceiver> receiver_;
  kj::Own<kj::AsyncIoStream> client_, server_;
};

TEST_F(RequestNotice, comesOncePerRequestAndChangesNothing) {
  EXPECT_EQ(exchange(500), 500u);
  EXPECT_EQ(noticed_, 1);
  EXPECT_EQ(exchange(100'000), 100'000u);
  EXPECT_EQ(noticed_, 2);
}

TEST_F(RequestNotice, isNotGivenOfSmallMessages) {
  capnp::MallocMessageBuilder message;
  message.initRoot<rpc::EnvVar>().setName("x");
  capnp::writeMessage(*client_, message).wait(io_.waitScope());
  capnp::readMessage(*server_).wait(io_.waitScope());
  EXPECT_EQ(noticed_, 0);
  client_ = nullptr;
  kj::byte nothing[8];
  EXPECT_EQ(server_->tryRead(nothing, 8, 8).wait(io_.waitScope()), 0u);
  EXPECT_EQ(noticed_, 0);
}

}  // namespace
}  // namespace brood
