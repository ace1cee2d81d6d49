#include "recorder/exports/delivery.h"

namespace brood::recorder {

Delivery deliveryOf(const HttpReply& reply) {
  switch (reply.status) {
    case 0:    // No answer.
    case 408:  // The server waited in vain.
    case 425:  // Too early.
    case 429:  // Too many.
      return Delivery::again;
    case 401:
    case 403:
    case 404:
    case 405:
      return Delivery::notOurs;
    default:
      break;
  }
  if (reply.status >= 200 && reply.status < 300) return Delivery::done;
  if (reply.status >= 500) return Delivery::again;
  // A redirection is not followed: the key would go where nobody has said that it may.
  if (reply.status >= 300 && reply.status < 400) return Delivery::notOurs;
  return Delivery::bad;
}

}  // namespace brood::recorder
