#pragma once
// How large a message between the supervisor and its clients can become, by what is configured.

#include <capnp/message.h>

#include <cstdint>

#include "config/config.h"

namespace brood {

// The longest message that Cap'n Proto's encoding allows: lists and blobs end at 2^29 - 1 bytes
// (https://capnproto.org/encoding.html#lists). Settings that need more are refused at the start.
inline constexpr uint64_t kMostMessageBytes = (1ull << 29) - (1 << 16);

// The size of a call with a job: never more than the HTTP body it came in, and the frames of its
// parts.
uint64_t largestJobBytes(const Config& config);
// The size of a job's result with both outputs, a compiler's, files and rich results at their
// maxima.
uint64_t largestResultBytes(const Config& config);

// For both ends of a connection on which messages of up to `largestMessageBytes` cross. A longer
// one would end the connection, with everything under way on it: whoever sends checks before.
capnp::ReaderOptions readerOptions(uint64_t largestMessageBytes);
capnp::ReaderOptions readerOptions(const Config& config);

}  // namespace brood
