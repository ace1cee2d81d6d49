#pragma once
// The file agent of a session: a worker that does nothing but what its supervisor asks for on the
// channel, one request after the other (rpc/wire/file_frames.h).

#include <kj/array.h>

#include "rpc/wire/file_frames.h"
#include "zygote/service/channel.h"
#include "zygote/service/file_orders.h"

namespace brood::zygote {

class FileAgent {
 public:
  // The descriptor is borrowed. `begun` is what has been read of the first request already.
  FileAgent(int channelFd, kj::ArrayPtr<const kj::byte> begun, kj::StringPtr workspace)
      : channelFd_(channelFd), reader_(channelFd, begun), orders_(workspace) {}

  // Until the channel's end. From here on the process is closed to others of its user. Throws when
  // what comes is no request.
  void serve();

 private:
  bool serveOne();
  FileAnswer answer(const FileRequest& request, kj::StringPtr path, kj::StringPtr other);
  // Reads all of the content, whatever becomes of it.
  FileAnswer write(const FileRequest& request, kj::StringPtr path);
  void send(const FileRequest& request, const FileAnswer& answer) const;

  const int channelFd_;
  ChannelReader reader_;
  const FileOrders orders_;
};

}  // namespace brood::zygote
