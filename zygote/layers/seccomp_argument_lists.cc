#include "zygote/layers/seccomp_argument_lists.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include <iterator>

namespace brood::zygote {
namespace {

// In <linux/udp.h>, <linux/ipv6.h> and <linux/in6.h>, which cannot be had beside glibc's.
constexpr uint32_t kUdpCork = 1, kUdpNoCheck6Tx = 101, kUdpNoCheck6Rx = 102, kUdpSegment = 103,
                   kUdpGro = 104;
constexpr uint32_t kIpv6FlowInfo = 11, kIpv6FlowInfoSend = 33;
// Newer than Debian 12's headers.
constexpr uint32_t kDupFdQuery = 1027, kCreatedQuery = 1028, kIpLocalPortRange = 51,
                   kSoPassPidfd = 76;

// Filled lines, as in seccomp_tables.cc.
// clang-format off
#define NAMED(name) {#name, static_cast<uint32_t>(name)}

constexpr NamedValue kPrctls[] = {
    NAMED(PR_SET_PDEATHSIG), NAMED(PR_GET_PDEATHSIG), NAMED(PR_GET_DUMPABLE),
    NAMED(PR_SET_DUMPABLE), NAMED(PR_GET_UNALIGN), NAMED(PR_SET_UNALIGN), NAMED(PR_GET_KEEPCAPS),
    NAMED(PR_SET_KEEPCAPS), NAMED(PR_GET_FPEMU), NAMED(PR_SET_FPEMU), NAMED(PR_GET_FPEXC),
    NAMED(PR_SET_FPEXC), NAMED(PR_GET_TIMING), NAMED(PR_SET_TIMING), NAMED(PR_SET_NAME),
    NAMED(PR_GET_NAME), NAMED(PR_GET_ENDIAN), NAMED(PR_SET_ENDIAN), NAMED(PR_GET_SECCOMP),
    NAMED(PR_SET_SECCOMP), NAMED(PR_CAPBSET_READ), NAMED(PR_CAPBSET_DROP), NAMED(PR_GET_TSC),
    NAMED(PR_SET_TSC), NAMED(PR_GET_SECUREBITS), NAMED(PR_SET_SECUREBITS),
    NAMED(PR_SET_TIMERSLACK), NAMED(PR_GET_TIMERSLACK), NAMED(PR_SET_CHILD_SUBREAPER),
    NAMED(PR_GET_CHILD_SUBREAPER), NAMED(PR_SET_NO_NEW_PRIVS), NAMED(PR_GET_NO_NEW_PRIVS),
    NAMED(PR_SET_THP_DISABLE), NAMED(PR_GET_THP_DISABLE), NAMED(PR_CAP_AMBIENT),
    NAMED(PR_SVE_SET_VL), NAMED(PR_SVE_GET_VL), NAMED(PR_GET_SPECULATION_CTRL),
    NAMED(PR_SET_SPECULATION_CTRL), NAMED(PR_PAC_RESET_KEYS), NAMED(PR_SET_TAGGED_ADDR_CTRL),
    NAMED(PR_GET_TAGGED_ADDR_CTRL)};

// Locks of open file descriptions (F_OFD_*) are not among them: in /proc/locks nobody holds them.
constexpr NamedValue kFcntls[] = {
    NAMED(F_DUPFD), NAMED(F_GETFD), NAMED(F_SETFD), NAMED(F_GETFL), NAMED(F_SETFL),
    NAMED(F_GETLK), NAMED(F_SETLK), NAMED(F_SETLKW), NAMED(F_SETOWN), NAMED(F_GETOWN),
    NAMED(F_SETSIG), NAMED(F_GETSIG), NAMED(F_SETOWN_EX), NAMED(F_GETOWN_EX), NAMED(F_SETLEASE),
    NAMED(F_GETLEASE), NAMED(F_NOTIFY), {"F_DUPFD_QUERY", kDupFdQuery},
    {"F_CREATED_QUERY", kCreatedQuery}, NAMED(F_DUPFD_CLOEXEC), NAMED(F_SETPIPE_SZ),
    NAMED(F_GETPIPE_SZ), NAMED(F_ADD_SEALS), NAMED(F_GET_SEALS)};

constexpr NamedValue kIoctls[] = {NAMED(FS_IOC_GETFLAGS), NAMED(FICLONE), NAMED(FICLONERANGE)};
constexpr NamedValue kIoctlKinds[] = {{"terminals", 'T' << 8}, {"sockets", 0x89 << 8}};

constexpr NamedValue kLevels[] = {
    NAMED(SOL_SOCKET), NAMED(IPPROTO_IP), NAMED(IPPROTO_TCP), NAMED(IPPROTO_UDP),
    NAMED(IPPROTO_IPV6)};

constexpr NamedValue kOptions[] = {
    NAMED(SO_DEBUG), NAMED(SO_REUSEADDR), NAMED(SO_DONTROUTE), NAMED(SO_BROADCAST),
    NAMED(SO_KEEPALIVE), NAMED(SO_OOBINLINE), NAMED(SO_NO_CHECK), NAMED(SO_PRIORITY),
    NAMED(SO_LINGER), NAMED(SO_BSDCOMPAT), NAMED(SO_REUSEPORT), NAMED(SO_PASSCRED),
    NAMED(SO_RCVLOWAT), NAMED(SO_RCVTIMEO_OLD), NAMED(SO_SNDTIMEO_OLD), NAMED(SO_BINDTODEVICE),
    NAMED(SO_DETACH_FILTER), NAMED(SO_TIMESTAMP_OLD), NAMED(SO_PASSSEC),
    NAMED(SO_TIMESTAMPNS_OLD), NAMED(SO_TIMESTAMPING_OLD), NAMED(SO_RXQ_OVFL),
    NAMED(SO_PEEK_OFF), NAMED(SO_SELECT_ERR_QUEUE), NAMED(SO_BINDTOIFINDEX),
    NAMED(SO_TIMESTAMP_NEW), NAMED(SO_TIMESTAMPNS_NEW), NAMED(SO_TIMESTAMPING_NEW),
    NAMED(SO_RCVTIMEO_NEW), NAMED(SO_SNDTIMEO_NEW), {"SO_PASSPIDFD", kSoPassPidfd}};

constexpr NamedValue kBufferSizes[] = {
    NAMED(SO_SNDBUF), NAMED(SO_RCVBUF), NAMED(SO_SNDBUFFORCE), NAMED(SO_RCVBUFFORCE)};

constexpr NamedValue kIpOptions[] = {
    NAMED(IP_TOS), NAMED(IP_TTL), NAMED(IP_PKTINFO), NAMED(IP_MTU_DISCOVER), NAMED(IP_RECVERR),
    NAMED(IP_RECVTTL), NAMED(IP_RECVTOS), NAMED(IP_FREEBIND), NAMED(IP_RECVORIGDSTADDR),
    NAMED(IP_MINTTL), NAMED(IP_BIND_ADDRESS_NO_PORT), NAMED(IP_RECVFRAGSIZE),
    NAMED(IP_RECVERR_RFC4884), NAMED(IP_MULTICAST_IF), NAMED(IP_MULTICAST_TTL),
    NAMED(IP_MULTICAST_LOOP), NAMED(IP_DROP_MEMBERSHIP), NAMED(IP_DROP_SOURCE_MEMBERSHIP),
    NAMED(MCAST_LEAVE_GROUP), NAMED(MCAST_LEAVE_SOURCE_GROUP), NAMED(IP_MULTICAST_ALL),
    NAMED(IP_UNICAST_IF), {"IP_LOCAL_PORT_RANGE", kIpLocalPortRange}};

constexpr NamedValue kIpMemberships[] = {
    NAMED(IP_ADD_MEMBERSHIP), NAMED(IP_BLOCK_SOURCE), NAMED(IP_UNBLOCK_SOURCE),
    NAMED(IP_ADD_SOURCE_MEMBERSHIP), NAMED(IP_MSFILTER), NAMED(MCAST_JOIN_GROUP),
    NAMED(MCAST_BLOCK_SOURCE), NAMED(MCAST_UNBLOCK_SOURCE), NAMED(MCAST_JOIN_SOURCE_GROUP),
    NAMED(MCAST_MSFILTER)};

// No headers that stay with a socket (IPV6_RTHDR and others), no flow labels.
constexpr NamedValue kIpv6Options[] = {
    {"IPV6_FLOWINFO", kIpv6FlowInfo}, NAMED(IPV6_UNICAST_HOPS), NAMED(IPV6_MULTICAST_IF),
    NAMED(IPV6_MULTICAST_HOPS), NAMED(IPV6_MULTICAST_LOOP), NAMED(IPV6_LEAVE_GROUP),
    NAMED(IPV6_MTU_DISCOVER), NAMED(IPV6_MTU), NAMED(IPV6_RECVERR), NAMED(IPV6_V6ONLY),
    NAMED(IPV6_LEAVE_ANYCAST), NAMED(IPV6_MULTICAST_ALL), NAMED(IPV6_RECVERR_RFC4884),
    {"IPV6_FLOWINFO_SEND", kIpv6FlowInfoSend}, NAMED(MCAST_LEAVE_GROUP),
    NAMED(MCAST_LEAVE_SOURCE_GROUP), NAMED(IPV6_RECVPKTINFO), NAMED(IPV6_PKTINFO),
    NAMED(IPV6_RECVHOPLIMIT), NAMED(IPV6_RECVHOPOPTS), NAMED(IPV6_RECVRTHDR),
    NAMED(IPV6_RECVDSTOPTS), NAMED(IPV6_RECVPATHMTU), NAMED(IPV6_DONTFRAG),
    NAMED(IPV6_RECVTCLASS), NAMED(IPV6_TCLASS), NAMED(IPV6_AUTOFLOWLABEL),
    NAMED(IPV6_ADDR_PREFERENCES), NAMED(IPV6_MINHOPCOUNT), NAMED(IPV6_RECVORIGDSTADDR),
    NAMED(IPV6_UNICAST_IF), NAMED(IPV6_RECVFRAGSIZE), NAMED(IPV6_FREEBIND)};

constexpr NamedValue kIpv6Memberships[] = {
    NAMED(IPV6_JOIN_GROUP), NAMED(IPV6_JOIN_ANYCAST), NAMED(MCAST_JOIN_GROUP),
    NAMED(MCAST_BLOCK_SOURCE), NAMED(MCAST_UNBLOCK_SOURCE), NAMED(MCAST_JOIN_SOURCE_GROUP),
    NAMED(MCAST_MSFILTER)};

constexpr NamedValue kTcpOptions[] = {
    NAMED(TCP_NODELAY), NAMED(TCP_MAXSEG), NAMED(TCP_CORK), NAMED(TCP_KEEPIDLE),
    NAMED(TCP_KEEPINTVL), NAMED(TCP_KEEPCNT), NAMED(TCP_SYNCNT), NAMED(TCP_LINGER2),
    NAMED(TCP_DEFER_ACCEPT), NAMED(TCP_QUICKACK), NAMED(TCP_CONGESTION),
    NAMED(TCP_THIN_LINEAR_TIMEOUTS), NAMED(TCP_THIN_DUPACK), NAMED(TCP_USER_TIMEOUT),
    NAMED(TCP_NOTSENT_LOWAT), NAMED(TCP_INQ)};

constexpr NamedValue kUdpOptions[] = {
    {"UDP_CORK", kUdpCork}, {"UDP_NO_CHECK6_TX", kUdpNoCheck6Tx},
    {"UDP_NO_CHECK6_RX", kUdpNoCheck6Rx}, {"UDP_SEGMENT", kUdpSegment}, {"UDP_GRO", kUdpGro}};

#undef NAMED
// clang-format on

template <size_t count>
NamedValues listOf(const NamedValue (&values)[count]) {
  return {values, count};
}

}  // namespace

NamedValues allowedPrctls() { return listOf(kPrctls); }
NamedValues allowedFcntls() { return listOf(kFcntls); }
NamedValues allowedIoctls() { return listOf(kIoctls); }
NamedValues allowedIoctlKinds() { return listOf(kIoctlKinds); }
NamedValues allowedSocketLevels() { return listOf(kLevels); }
NamedValues allowedSocketOptions() { return listOf(kOptions); }
NamedValues allowedIpOptions() { return listOf(kIpOptions); }
NamedValues allowedIpv6Options() { return listOf(kIpv6Options); }
NamedValues allowedTcpOptions() { return listOf(kTcpOptions); }
NamedValues allowedUdpOptions() { return listOf(kUdpOptions); }
NamedValues bufferSizes() { return listOf(kBufferSizes); }
NamedValues ipMemberships() { return listOf(kIpMemberships); }
NamedValues ipv6Memberships() { return listOf(kIpv6Memberships); }

}  // namespace brood::zygote
