#include "supervisor/zygotes/message_sender.h"

#include <kj/debug.h>

#include "rpc/wire/fd_passing.h"

namespace brood::supervisor {

void MessageSender::open(int socketFd, UvFdObserver& observer) {
  socketFd_ = socketFd;
  observer_ = &observer;
  isAwaitingRoom_ = false;
}

void MessageSender::close() {
  socketFd_ = -1;
  observer_ = nullptr;
}

kj::Promise<void> MessageSender::send(kj::Array<kj::byte> message, std::vector<int> fds,
                                      kj::Function<void()> noteSent) {
  if (socketFd_ < 0) return KJ_EXCEPTION(DISCONNECTED, "the socket is closed");
  const bool isSent = sendMessage(socketFd_, message, kj::arrayPtr(fds.data(), fds.size()));
  if (isSent) {
    noteSent();
    return kj::READY_NOW;
  }
  return whenThereIsRoom().then([this, message = kj::mv(message), fds = std::move(fds),
                                 noteSent = kj::mv(noteSent)]() mutable {
    return send(kj::mv(message), std::move(fds), kj::mv(noteSent));
  });
}

kj::Promise<void> MessageSender::whenThereIsRoom() {
  if (!isAwaitingRoom_) {
    isAwaitingRoom_ = true;
    room_ = observer_->whenWritable()
                .then(
                    [this]() -> kj::Promise<void> {
                      isAwaitingRoom_ = false;
                      return kj::READY_NOW;
                    },
                    [](kj::Exception&&) -> kj::Promise<void> {
                      return KJ_EXCEPTION(DISCONNECTED, "the socket is closed");
                    })
                .fork();
  }
  return room_.addBranch();
}

}  // namespace brood::supervisor
