#pragma once
// Bounds the bytes that sockets can hold, where nobody counts what they do hold.
//
// A network namespace's sockets are counted wherever they are, under way in another socket, too
// (/proc/net/sockstat, net/ipv4/proc.c). A job cannot make their buffers larger: seccomp answers
// for SO_SNDBUF and SO_RCVBUF, and whoever makes the namespace bounds what TCP would take by
// itself.

#include <cstdint>
#include <string>

namespace brood::supervisor {

// The most bytes that wait in one socket: net.core.wmem_default, 208 KiB, and the packet that goes
// beyond it. Measured: 256 KiB in a Unix one, 161 KiB in one of TCP (with
// zygote/slots/network_settings.h; 4.7 MiB without).
constexpr uint64_t kMostBytesOfSocket = 288 << 10;
// The bytes that TCP lets each socket have when the memory of its group is used up: measured, 44
// KiB.
constexpr uint64_t kLeastBytesOfTcpSocket = 48 << 10;

// Sockets of all families. 0 if the text is not one of sockstat's.
uint64_t countSockets(const std::string& sockstat);

}  // namespace brood::supervisor
