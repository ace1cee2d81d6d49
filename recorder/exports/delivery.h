#pragma once
// The meaning of a server's answer for the things that it was sent.

#include "recorder/exports/http_client.h"

namespace brood::recorder {

enum class Delivery {
  done,
  again,    // It could not be reached or had no time: the same once more, later.
  notOurs,  // It does not know us or what we ask of it (401, 403, 404, 405): the same once more,
            // much later, when somebody may have mended the settings.
  bad,      // It does not want this: to send it once more would be no use.
};

Delivery deliveryOf(const HttpReply& reply);

}  // namespace brood::recorder
