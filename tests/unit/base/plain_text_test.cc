#include "base/plain_text.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <kj/debug.h>
#include <unistd.h>

#include <functional>
#include <string>

namespace brood {
namespace {

std::string said(const std::function<void()>& action) {
  try {
    action();
  } catch (const kj::Exception& exception) {
    return plainText(exception);
  }
  return "nothing";
}

TEST(PlainText, ASystemCallIsItsNameAndReason) {
  const std::string path = "/nonexistent/file";
  int fd = -1;
  EXPECT_EQ(said([&] { KJ_SYSCALL(fd = ::open(path.c_str(), O_RDONLY), path.c_str()); }),
            "open: No such file or directory: /nonexistent/file");
  EXPECT_EQ(said([&] { KJ_SYSCALL(::access(path.c_str(), R_OK | (1 << 1)), "cannot start"); }),
            "access: No such file or directory; cannot start");
  EXPECT_EQ(said([] { KJ_FAIL_SYSCALL("connect", ECONNREFUSED); }), "connect: Connection refused");
}

TEST(PlainText, LeavesOutWhatOnlyTheSourceExplains) {
  const int wanted = 3;
  const std::string who = "the gateway";
  EXPECT_EQ(said([&] { KJ_REQUIRE(wanted == 4, "too few", who.c_str(), wanted); }),
            "too few: the gateway: 3");
  EXPECT_EQ(said([] { KJ_FAIL_REQUIRE("not within 30 s"); }), "not within 30 s");
  EXPECT_EQ(said([&] { KJ_FAIL_REQUIRE("cannot start", strerror(EPERM)); }),
            "cannot start: Operation not permitted");
}

TEST(PlainText, IsLeftAloneWhereItIsPlain) {
  for (const char* text : {"worker is gone", "mount proc: Operation not permitted", "a = b", "",
                           "3 (of 4): no", "see https://example.org/a(b): there"}) {
    const std::string expected = std::string(text) == "a = b" ? "b" : text;
    EXPECT_EQ(plainText(kj::StringPtr(text)), expected);
  }
  EXPECT_EQ(plainText("expected fd >= 0"_kj), "expected fd >= 0");
}

TEST(PlainText, KeepsWhatIsSeparateApart) {
  EXPECT_EQ(
      plainText("worker could not lock down; step.c_str() = landlock; strerror(e) = Function not "
                "implemented; fixForStep(step).c_str() = ; fix: boot another kernel"_kj),
      "worker could not lock down: landlock: Function not implemented; fix: boot another kernel");
}

TEST(PlainText, TakesApartWhatIsNested) {
  EXPECT_EQ(plainText("zygote does not start; options_.name.c_str() = slots; lastError_.c_str() = "
                      "::unshare(CLONE_NEWNS): Operation not permitted"_kj),
            "zygote does not start: slots: unshare: Operation not permitted");
  EXPECT_EQ(
      plainText("::bind(sockfd, &addr.generic, addrlen): Address already in use; toString() = "
                "127.0.0.1:80"_kj),
      "bind: Address already in use: 127.0.0.1:80");
}

}  // namespace
}  // namespace brood
