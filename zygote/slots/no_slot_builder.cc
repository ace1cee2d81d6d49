// The zygotes of languages build no slots.

#include "zygote/slots/slot_service.h"

namespace brood::zygote {

kj::Own<SlotService> makeSlotService() { return kj::Own<SlotService>(); }

}  // namespace brood::zygote
