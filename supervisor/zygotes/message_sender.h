#pragma once
// The sending half of a control socket: messages that find no room wait, in order, until there is.

#include <kj/array.h>
#include <kj/async.h>
#include <kj/function.h>

#include <vector>

#include "rpc/loop/uv_event_port.h"

namespace brood::supervisor {

class MessageSender {
 public:
  MessageSender() = default;
  KJ_DISALLOW_COPY(MessageSender);

  // Both borrowed, until close(). The socket is non-blocking.
  void open(int socketFd, UvFdObserver& observer);
  // Messages that still wait are refused.
  void close();

  // Resolves when the message is on its way; `noteSent` is called at that very moment, before there
  // can be an answer to it, and never if it fails or the promise is dropped. Rejects DISCONNECTED
  // if nobody reads any more, FAILED if it cannot be sent at all. The descriptors are borrowed
  // until then.
  kj::Promise<void> send(kj::Array<kj::byte> message, std::vector<int> fds,
                         kj::Function<void()> noteSent);

 private:
  kj::Promise<void> whenThereIsRoom();

  int socketFd_ = -1;
  UvFdObserver* observer_ = nullptr;
  // An observer has one waiter, which all of ours share.
  kj::ForkedPromise<void> room_ = kj::Promise<void>(kj::READY_NOW).fork();
  bool isAwaitingRoom_ = false;
};

}  // namespace brood::supervisor
