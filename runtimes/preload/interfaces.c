// Network interfaces without netlink, which a job has not: by ioctl(2) on a socket, netdevice(7),
// and from /proc/net/dev and /proc/net/if_inet6, proc(5). Without sockets, as in the tier
// "process", a job can use no interface, so there is none.
//
// Each list is one piece of memory. if_nametoindex(3) and if_indextoname(3) need no netlink.

#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netpacket/packet.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "runtimes/preload/export.h"

enum { kMaxInterfaces = 256, kMaxAddresses = 1024 };

// An element of the list that getifaddrs(3) gives, with all that it points to.
struct Address {
  struct ifaddrs list;  // Must be first: the first element is what is freed.
  char name[IF_NAMESIZE];
  struct sockaddr_storage address, mask, other;
  bool hasMask, hasOther;
};

struct Addresses {
  struct Address* elements;
  size_t count, room;
  bool isOutOfMemory;
};

struct Interfaces {
  struct if_nameindex list[kMaxInterfaces + 1];
  char names[kMaxInterfaces][IF_NAMESIZE];
  size_t count;
};

// -1 and errno, which is 0 where jobs have no sockets at all.
static int openSocket(void) {
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0 && (errno == EACCES || errno == EPERM || errno == EAFNOSUPPORT)) errno = 0;
  return fd;
}

static void copyName(char to[IF_NAMESIZE], const char* from) {
  const size_t length = strnlen(from, IF_NAMESIZE - 1);
  memcpy(to, from, length);
  to[length] = 0;
}

static bool ask(int fd, unsigned long what, const char* name, struct ifreq* answer) {
  memset(answer, 0, sizeof(*answer));
  copyName(answer->ifr_name, name);
  return ioctl(fd, what, answer) == 0;
}

static void findInterfaces(int fd, struct Interfaces* found) {
  found->count = 0;
  FILE* file = fopen("/proc/net/dev", "re");
  if (file == NULL) return;
  char line[512];
  struct ifreq answer;
  while (found->count < kMaxInterfaces && fgets(line, sizeof(line), file) != NULL) {
    char* colon = strrchr(line, ':');  // The two lines of headings have none.
    if (colon == NULL) continue;
    *colon = 0;
    const char* name = line + strspn(line, " ");
    if (strlen(name) >= IF_NAMESIZE || !ask(fd, SIOCGIFINDEX, name, &answer)) continue;
    char* kept = strcpy(found->names[found->count], name);
    found->list[found->count].if_name = kept;
    found->list[found->count++].if_index = (unsigned)answer.ifr_ifindex;
  }
  fclose(file);
}

EXPORT struct if_nameindex* if_nameindex(void) {
  struct Interfaces* found = calloc(1, sizeof(*found));
  if (found == NULL) {
    errno = ENOBUFS;
    return NULL;
  }
  const int fd = openSocket();
  if (fd < 0 && errno != 0) {
    free(found);
    return NULL;
  }
  if (fd >= 0) {
    findInterfaces(fd, found);
    close(fd);
  }
  return found->list;
}

EXPORT void if_freenameindex(struct if_nameindex* list) { free(list); }

// Zeroed but for its name and flags. Null where there is no room.
static struct Address* add(struct Addresses* all, const char* name, unsigned flags) {
  if (all->count == kMaxAddresses) return NULL;
  if (all->count == all->room) {
    const size_t room = all->room == 0 ? 8 : 2 * all->room;
    struct Address* more = realloc(all->elements, room * sizeof(*more));
    if (more == NULL) {
      all->isOutOfMemory = true;
      return NULL;
    }
    all->elements = more;
    all->room = room;
  }
  struct Address* fresh = &all->elements[all->count++];
  memset(fresh, 0, sizeof(*fresh));
  copyName(fresh->name, name);
  fresh->list.ifa_flags = flags;
  return fresh;
}

// ifr_flags is a short.
static unsigned flagsOf(int fd, const char* name) {
  struct ifreq answer;
  return ask(fd, SIOCGIFFLAGS, name, &answer) ? (unsigned short)answer.ifr_flags : 0;
}

static void addHardware(int fd, const struct Interfaces* interfaces, struct Addresses* all) {
  struct ifreq answer;
  for (size_t i = 0; i < interfaces->count; ++i) {
    const char* name = interfaces->names[i];
    struct Address* fresh = add(all, name, flagsOf(fd, name));
    if (fresh == NULL) return;
    struct sockaddr_ll* address = (struct sockaddr_ll*)&fresh->address;
    address->sll_family = AF_PACKET;
    address->sll_ifindex = (int)interfaces->list[i].if_index;
    if (!ask(fd, SIOCGIFHWADDR, name, &answer)) continue;
    address->sll_hatype = answer.ifr_hwaddr.sa_family;
    address->sll_halen = 6;
    memcpy(address->sll_addr, answer.ifr_hwaddr.sa_data, 6);
  }
}

static void addIPv4(int fd, struct Addresses* all) {
  struct ifreq requests[kMaxInterfaces], answer;
  struct ifconf configuration = {.ifc_len = sizeof(requests), .ifc_req = requests};
  if (ioctl(fd, SIOCGIFCONF, &configuration) < 0) return;
  const size_t count = (size_t)configuration.ifc_len / sizeof(requests[0]);
  for (size_t i = 0; i < count; ++i) {
    if (requests[i].ifr_addr.sa_family != AF_INET) continue;
    const char* name = requests[i].ifr_name;
    const unsigned flags = flagsOf(fd, name);
    struct Address* fresh = add(all, name, flags);
    if (fresh == NULL) return;
    memcpy(&fresh->address, &requests[i].ifr_addr, sizeof(struct sockaddr_in));
    fresh->hasMask = ask(fd, SIOCGIFNETMASK, name, &answer);
    if (fresh->hasMask) memcpy(&fresh->mask, &answer.ifr_netmask, sizeof(struct sockaddr_in));
    if ((flags & (IFF_BROADCAST | IFF_POINTOPOINT)) == 0) continue;
    fresh->hasOther =
        ask(fd, flags & IFF_BROADCAST ? SIOCGIFBRDADDR : SIOCGIFDSTADDR, name, &answer);
    if (fresh->hasOther) memcpy(&fresh->other, &answer.ifr_addr, sizeof(struct sockaddr_in));
  }
}

static bool readIPv6(const char digits[33], unsigned prefix, struct Address* fresh) {
  struct sockaddr_in6* address = (struct sockaddr_in6*)&fresh->address;
  struct sockaddr_in6* mask = (struct sockaddr_in6*)&fresh->mask;
  address->sin6_family = mask->sin6_family = AF_INET6;
  fresh->hasMask = true;
  for (unsigned i = 0; i < 16; ++i) {
    unsigned byte;
    if (sscanf(digits + 2 * i, "%2x", &byte) != 1) return false;
    address->sin6_addr.s6_addr[i] = (unsigned char)byte;
    const unsigned bits = prefix <= 8 * i ? 0 : prefix - 8 * i;
    mask->sin6_addr.s6_addr[i] = (unsigned char)(bits >= 8 ? 0xff : 0xff00u >> bits);
  }
  return true;
}

static void addIPv6(int fd, struct Addresses* all) {
  FILE* file = fopen("/proc/net/if_inet6", "re");
  if (file == NULL) return;
  char digits[33], name[IF_NAMESIZE];
  unsigned index, prefix, scope, flags;
  while (fscanf(file, "%32s %x %x %x %x %15s", digits, &index, &prefix, &scope, &flags, name) ==
         6) {
    struct Address* fresh = add(all, name, flagsOf(fd, name));
    if (fresh == NULL) break;
    if (!readIPv6(digits, prefix, fresh)) {
      --all->count;
      continue;
    }
    struct sockaddr_in6* address = (struct sockaddr_in6*)&fresh->address;
    if (IN6_IS_ADDR_LINKLOCAL(&address->sin6_addr)) address->sin6_scope_id = index;
  }
  fclose(file);
}

// Only now, since the elements move while there come more.
static struct ifaddrs* linked(struct Addresses* all) {
  for (size_t i = 0; i < all->count; ++i) {
    struct Address* element = &all->elements[i];
    element->list.ifa_name = element->name;
    element->list.ifa_addr = (struct sockaddr*)&element->address;
    if (element->hasMask) element->list.ifa_netmask = (struct sockaddr*)&element->mask;
    if (element->hasOther) element->list.ifa_broadaddr = (struct sockaddr*)&element->other;
    element->list.ifa_next = i + 1 < all->count ? &all->elements[i + 1].list : NULL;
  }
  return all->count == 0 ? NULL : &all->elements[0].list;
}

EXPORT int getifaddrs(struct ifaddrs** list) {
  *list = NULL;
  const int fd = openSocket();
  if (fd < 0) return errno == 0 ? 0 : -1;
  struct Addresses all = {NULL, 0, 0, false};
  struct Interfaces* interfaces = calloc(1, sizeof(*interfaces));
  if (interfaces != NULL) {
    findInterfaces(fd, interfaces);
    addHardware(fd, interfaces, &all);
    addIPv4(fd, &all);
    addIPv6(fd, &all);
  }
  const bool isComplete = interfaces != NULL && !all.isOutOfMemory;
  free(interfaces);
  close(fd);
  if (isComplete && all.count > 0) *list = linked(&all);
  if (*list == NULL) free(all.elements);
  if (!isComplete) errno = ENOBUFS;
  return isComplete ? 0 : -1;
}

EXPORT void freeifaddrs(struct ifaddrs* list) { free(list); }
