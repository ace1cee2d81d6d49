#pragma once
// GET of a file's content: piece by piece, as fast as its client takes it.

#include <kj/async.h>

#include <string>

#include "gateway/http/message.h"
#include "gateway/http/response_writer.h"
#include "gateway/sessions/words/byte_range.h"
#include "rpc/calls/sessions.capnp.h"

namespace brood::gateway {

// How much is asked for at a time.
inline constexpr uint64_t kFilePieceBytes = 1 << 20;
// The most that an answer to a range has; the client asks again for the rest.
inline constexpr uint64_t kMostRangeBytes = 8 << 20;

// A file that is longer than a piece is answered in chunks. One that breaks off in the middle ends
// the connection: the client sees that something is missing. The writer is borrowed.
kj::Promise<void> sendFile(rpc::Session::Client session, std::string path, ResponseWriter& writer);

// 206 with that part of the file, or less of it; 416 where there is none.
kj::Promise<void> sendFilePart(rpc::Session::Client session, std::string path,
                               const ByteRange& range, ResponseWriter& writer);

}  // namespace brood::gateway
