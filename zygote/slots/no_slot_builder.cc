// The zygotes of languages build no slots.

#include "zygote/slot_service.h"

namespace brood {

kj::Own<SlotService> makeSlotService() { return kj::Own<SlotService>(); }

}  // namespace brood
