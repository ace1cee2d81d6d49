#pragma once
// The text of one line of the audit log.

#include <string>

#include "rpc/records/audit_event.h"

namespace brood::recorder {

// One line of ASCII with a line break at its end and none before: JSON, in which everything else is
// escaped, and bytes that are no UTF-8 are U+FFFD. What is empty or 0 is left out.
std::string auditLine(const AuditEvent& event);

}  // namespace brood::recorder
