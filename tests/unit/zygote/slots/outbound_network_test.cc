#include "zygote/slots/outbound_network.h"

#include <capnp/message.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "rpc/wire/fd_passing.h"

namespace brood::zygote {
namespace {

ino_t ownNetwork() {
  struct stat info {};
  return ::stat("/proc/self/ns/net", &info) == 0 ? info.st_ino : 0;
}

bool connectsTo(uint32_t address, uint16_t port) {
  const OwnedFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in to = {};
  to.sin_family = AF_INET;
  to.sin_addr.s_addr = htonl(address);
  to.sin_port = htons(port);
  return ::connect(fd.get(), reinterpret_cast<sockaddr*>(&to), sizeof(to)) == 0;
}

capnp::List<wire::ListenAddress>::Reader addresses(capnp::MessageBuilder& message,
                                                   std::vector<std::pair<uint32_t, uint16_t>> all) {
  auto list = message.initRoot<wire::BuildSlot>().initListeners(static_cast<unsigned>(all.size()));
  for (unsigned i = 0; i < list.size(); ++i) {
    list[i].setAddress(all[i].first);
    list[i].setPort(all[i].second);
  }
  return list.asReader();
}

TEST(OutboundNetworks, SocketsListenThereAndNowhereElse) {
  const OwnedFd proc(::open("/proc", O_PATH | O_DIRECTORY));
  const ino_t before = ownNetwork();
  OutboundNetworks networks(proc.get());
  capnp::MallocMessageBuilder message;
  std::vector<OwnedFd> sockets;
  ASSERT_EQ(networks.enter(addresses(message, {{0x7f000001, 3128}, {0x7f4d0001, 5432}}), sockets),
            0);
  EXPECT_NE(ownNetwork(), before);
  EXPECT_EQ(sockets.size(), 2u);
  EXPECT_TRUE(connectsTo(0x7f000001, 3128));
  EXPECT_TRUE(connectsTo(0x7f4d0001, 5432));
  EXPECT_FALSE(connectsTo(0x7f000001, 5432));
  networks.comeHome();
  EXPECT_EQ(ownNetwork(), before);
  EXPECT_FALSE(connectsTo(0x7f4d0001, 5432));
}

TEST(OutboundNetworks, WhereASocketCannotBeMadeNothingIsLeft) {
  const OwnedFd proc(::open("/proc", O_PATH | O_DIRECTORY));
  const ino_t before = ownNetwork();
  OutboundNetworks networks(proc.get());
  capnp::MallocMessageBuilder message;
  std::vector<OwnedFd> sockets;
  // An address twice.
  EXPECT_EQ(networks.enter(addresses(message, {{0x7f000001, 1}, {0x7f000001, 1}}), sockets),
            EADDRINUSE);
  EXPECT_TRUE(sockets.empty());
  EXPECT_EQ(ownNetwork(), before);
}

TEST(OutboundNetworks, AnyNumberOfSocketsIsSentInOrder) {
  auto [ours, theirs] = newSeqpacketPair();
  std::vector<OwnedFd> sockets;
  for (size_t i = 0; i < kMaxPassedFds + 3; ++i) sockets.push_back(newPipe().first);
  sendSockets(theirs.get(), sockets);
  EXPECT_EQ(receiveMessage(ours.get()).message.fds.size(), kMaxPassedFds);
  EXPECT_EQ(receiveMessage(ours.get()).message.fds.size(), 3u);
}

}  // namespace
}  // namespace brood::zygote
