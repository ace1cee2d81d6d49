#include "egress/protocols/client_hello.h"

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <memory>

#include "tests/unit/egress/protocols/hello_bytes.h"

namespace brood::egress {
namespace {

using State = HelloReading::State;

State stateOf(const std::string& bytes) { return readClientHello(bytes).state; }

// The first bytes of a real client.
std::string helloOfOpenSsl(const char* name) {
  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_client_method()),
                                                                  &SSL_CTX_free);
  const std::unique_ptr<SSL, decltype(&SSL_free)> ssl(SSL_new(context.get()), &SSL_free);
  BIO* sent = BIO_new(BIO_s_mem());
  SSL_set_bio(ssl.get(), BIO_new(BIO_s_mem()), sent);
  if (name) SSL_set_tlsext_host_name(ssl.get(), name);
  SSL_connect(ssl.get());
  char* data = nullptr;
  const long size = BIO_get_mem_data(sent, &data);
  return {data, static_cast<size_t>(size)};
}

TEST(ClientHello, ReadsTheNameOfARealClient) {
  const auto named = readClientHello(helloOfOpenSsl("pypi.org"));
  EXPECT_EQ(named.state, State::complete);
  EXPECT_EQ(named.serverName, "pypi.org");
  const auto nameless = readClientHello(helloOfOpenSsl(nullptr));
  EXPECT_EQ(nameless.state, State::complete);
  EXPECT_FALSE(nameless.serverName);
}

TEST(ClientHello, WaitsForWhatItNeeds) {
  const std::string whole = helloFor("pypi.org");
  size_t has = 0;
  int readings = 0;
  while (has < whole.size()) {
    const auto reading = readClientHello(std::string_view(whole).substr(0, has));
    ASSERT_EQ(reading.state, State::needMore) << has;
    ASSERT_GT(reading.needs, has);
    has = reading.needs;
    ++readings;
  }
  EXPECT_EQ(has, whole.size());
  EXPECT_EQ(readings, 2);
  EXPECT_EQ(readClientHello(whole).serverName, "pypi.org");
}

TEST(ClientHello, PutsRecordsTogether) {
  const std::string message = helloMessage(serverName(hostName("a.example")));
  for (const size_t longest : {1, 2, 3, 40}) {
    const auto reading = readClientHello(inRecords(message, longest));
    EXPECT_EQ(reading.state, State::complete) << longest;
    EXPECT_EQ(reading.serverName, "a.example") << longest;
  }
}

TEST(ClientHello, KnowsWhatIsNoTls) {
  EXPECT_EQ(stateOf("GET / HTTP/1.1\r\n"), State::notTls);
  EXPECT_EQ(stateOf("SSH-2.0-x"), State::notTls);
  EXPECT_EQ(stateOf(std::string("\x80\x2e\x01\x03\x01", 5)), State::notTls);
  EXPECT_EQ(stateOf("\x16\x02"), State::notTls);
  EXPECT_EQ(stateOf(""), State::needMore);
}

TEST(ClientHello, RefusesWhatReadersDisagreeAbout) {
  const std::string name = hostName("a.example");
  const struct {
    const char* what;
    std::string extensions;
  } cases[] = {
      {"two names in the list", serverName(name + hostName("b.example"))},
      {"two extensions", serverName(name) + serverName(name)},
      {"an empty list", serverName("")},
      {"an empty name", serverName(hostName(""))},
      {"another type of name", serverName(hostName("a.example", 1))},
      {"bytes after the list", extension(0, withLength(name, 2) + "x")},
      {"a list that is too long", extension(0, number(name.size() + 1, 2) + name)},
      {"a truncated extension", number(0, 2) + number(9, 2) + "x"},
  };
  for (const auto& each : cases) {
    EXPECT_EQ(stateOf(inRecords(helloMessage(each.extensions))), State::malformed) << each.what;
  }
  const std::string message = helloMessage(serverName(name));
  EXPECT_EQ(stateOf(inRecords(message + "x")), State::malformed) << "bytes after the message";
  EXPECT_EQ(stateOf(inRecords(message).substr(0, 20) + inRecords("x")), State::needMore);
  EXPECT_EQ(stateOf(inRecords("\x02" + message.substr(1))), State::malformed) << "another message";
  EXPECT_EQ(stateOf(std::string("\x16\x03\x01\0\0", 5)), State::malformed) << "an empty record";
  EXPECT_EQ(stateOf(inRecords(message.substr(0, 10)) + "\x17\x03\x03"), State::malformed)
      << "another record between";
}

TEST(ClientHello, IsBounded) {
  EXPECT_EQ(stateOf("\x16\x03\x01\xff\xff"), State::malformed);
  EXPECT_EQ(stateOf(inRecords(std::string("\x01\xff\xff\xff", 4))), State::malformed);
  const std::string large = inRecords(helloMessage(extension(21, std::string(15000, '\0'))));
  EXPECT_EQ(stateOf(large), State::complete);
}

}  // namespace
}  // namespace brood::egress
