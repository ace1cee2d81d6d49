#pragma once
// Interrupts of cells in a Node: a signal ends JavaScript that runs, whatever it waits for, and is
// told to the event loop otherwise.
//
// Node's own way (`breakOnSigint`) has moments before and after in which a signal is lost or ends
// the process.

#include "runtimes/javascript/node_api.h"

namespace brood {

// Once, in the main thread: from here on `told` is called in the event loop for each interrupt that
// comes while nothing runs interruptibly. Throws where this Node's JavaScript cannot be ended.
void watchInterrupts(napi_env env, napi_value told);

// Calls a function without arguments. True if an interrupt has ended it; what else it throws is
// thrown in JavaScript.
bool runInterruptibly(napi_env env, napi_value function);

}  // namespace brood
