#pragma once
// Messages with descriptors over a SOCK_SEQPACKET Unix socket (unix(7), SCM_RIGHTS).

#include <kj/array.h>
#include <kj/common.h>
#include <kj/vector.h>
#include <sys/types.h>

#include <utility>

#include "base/owned_fd.h"

namespace brood {

constexpr size_t kMaxPassedFds = 16;
constexpr size_t kMaxControlMessageBytes = 64 * 1024;

// A connected pair of CLOEXEC SOCK_SEQPACKET (or SOCK_STREAM) Unix sockets.
std::pair<OwnedFd, OwnedFd> newSeqpacketPair();
std::pair<OwnedFd, OwnedFd> newStreamPair();
// {read end, write end}, CLOEXEC, blocking.
std::pair<OwnedFd, OwnedFd> newPipe();

// Sends one message. Blocks while the socket's buffer is full if the socket is blocking; returns
// false if it is non-blocking and full. Throws on any other error (EPIPE included, no SIGPIPE).
// The descriptors are borrowed.
bool sendMessage(int socketFd, kj::ArrayPtr<const kj::byte> bytes,
                 kj::ArrayPtr<const int> fds = nullptr);

struct ReceivedMessage {
  kj::Array<kj::byte> bytes;
  kj::Vector<OwnedFd> fds;  // CLOEXEC.
};

struct ReceiveOutcome {
  enum class Kind { message, endOfFile, wouldBlock } kind;
  ReceivedMessage message;
};
// Receives one message of at most kMaxControlMessageBytes and kMaxPassedFds. `wouldBlock`: the
// socket is non-blocking, and there is nothing to read. Throws when the message or its descriptors
// were truncated; received descriptors are closed.
ReceiveOutcome receiveMessage(int socketFd);

// On a stream: the beginning of `bytes`, and with its first byte a descriptor (borrowed). How much
// went, or -1 and errno.
ssize_t sendBytesWithFd(int streamFd, kj::ArrayPtr<const kj::byte> bytes, int fd) noexcept;

// On a stream: some bytes, and the descriptor that came with them, if one did. 0 at end of file.
// Throws when there were more descriptors than one; they are closed.
size_t receiveBytesWithFd(int streamFd, kj::ArrayPtr<kj::byte> buffer, OwnedFd& fd);

}  // namespace brood
