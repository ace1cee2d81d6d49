#pragma once
// The body of a message on its way from one connection to another.

#include <kj/async-io.h>

#include <algorithm>

#include "egress/network/buffered_stream.h"
#include "egress/network/tunnel.h"
#include "egress/protocols/http_reader.h"

namespace brood::egress {

// Reads a body as it is framed and writes it in the framing that it is passed on in: chunks are
// made anew, so nothing of the sender's framing gets through. A piece is written before the next is
// read.
template <bool isRequest>
class BodyPump {
 public:
  // All borrowed.
  BodyPump(HttpReader<isRequest>& reader, BufferedStream& from, kj::AsyncIoStream& to,
           bool writesChunks, PassageMeter& meter, SilenceWatch& silence)
      : reader_(reader),
        from_(from),
        to_(to),
        writesChunks_(writesChunks),
        meter_(meter),
        silence_(silence) {}
  KJ_DISALLOW_COPY(BodyPump);

  // Resolves when the body's end has been written.
  kj::Promise<void> run();

 private:
  static constexpr size_t kPieceBytes = 16 * 1024;

  kj::Promise<void> write(size_t count);
  kj::Promise<void> readOn();

  HttpReader<isRequest>& reader_;
  BufferedStream& from_;
  kj::AsyncIoStream& to_;
  const bool writesChunks_;
  PassageMeter& meter_;
  SilenceWatch& silence_;
  kj::Array<char> room_ = kj::heapArray<char>(kPieceBytes);
  std::string chunk_;
};

extern template class BodyPump<true>;
extern template class BodyPump<false>;

}  // namespace brood::egress
