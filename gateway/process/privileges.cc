#include "gateway/process/privileges.h"

#include <unistd.h>

#include "base/confinement/own_user.h"

namespace brood::gateway {

void dropPrivileges(const ServerAccount& account) {
  if (geteuid() == 0) becomeUserForGood(account.uid, account.gid);
  forgoNewPrivileges();
}

}  // namespace brood::gateway
