#pragma once
// Tells that a request is on its way through a connection, before anybody has read it.

#include <kj/async-io.h>

#include <functional>

namespace brood {

// Its connections call `onRequest` as soon as the beginning of a message is there that is large
// enough to be a call with a job in it; what is answered, acknowledged or asked otherwise is smaller.
kj::Own<kj::ConnectionReceiver> noticeRequests(kj::Own<kj::ConnectionReceiver> receiver,
                                               std::function<void()> onRequest);

}  // namespace brood
