#pragma once
// The functions of the library that jobs are given, by their names in it.

#include <ifaddrs.h>
#include <net/if.h>
#include <sys/inotify.h>

namespace brood {

struct PreloadLibrary {
  decltype(&::getifaddrs) getifaddrs;
  decltype(&::freeifaddrs) freeifaddrs;
  decltype(&::if_nameindex) ifNameindex;
  decltype(&::if_freenameindex) ifFreenameindex;
  decltype(&::inotify_init) inotifyInit;
  decltype(&::inotify_init1) inotifyInit1;
  decltype(&::inotify_add_watch) inotifyAddWatch;
  decltype(&::inotify_rm_watch) inotifyRmWatch;
};

// Loaded once, and never unloaded: a thread of it may run.
const PreloadLibrary& preloadLibrary();

}  // namespace brood
