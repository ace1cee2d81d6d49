#include "egress/protocols/http_fields.h"

#include <gtest/gtest.h>

namespace brood::egress {
namespace {

boost::beast::http::fields fieldsOf(const Fields& list) {
  boost::beast::http::fields fields;
  for (const auto& [name, value] : list) fields.insert(name, value);
  return fields;
}

TEST(HttpFields, PassOnWhatIsForTheServer) {
  const auto passed = fieldsToPassOn(fieldsOf({{"Accept", "a"},
                                               {"connection", "close, x-mine"},
                                               {"X-Mine", "1"},
                                               {"Keep-Alive", "5"},
                                               {"Host", "h"},
                                               {"Accept", "b"}}));
  EXPECT_EQ(passed, (Fields{{"Accept", "a"}, {"Accept", "b"}}));
}

TEST(HttpFields, AreRemovedWhateverTheirCase) {
  Fields fields{{"A", "1"}, {"a", "2"}, {"B", "3"}};
  removeField(fields, "a");
  EXPECT_EQ(textOf(fields), "B: 3\r\n");
}

TEST(HttpFields, TheFramingIsOne) {
  EXPECT_FALSE(whyFramingIsAmbiguous(fieldsOf({{"Content-Length", "5"}}), 11));
  EXPECT_TRUE(
      whyFramingIsAmbiguous(fieldsOf({{"Content-Length", "5"}, {"Content-Length", "5"}}), 11));
  EXPECT_TRUE(whyFramingIsAmbiguous(fieldsOf({{"Content-Length", "-5"}}), 11));
  EXPECT_TRUE(whyFramingIsAmbiguous(fieldsOf({{"Transfer-Encoding", "gzip"}}), 11));
  EXPECT_TRUE(whyFramingIsAmbiguous(fieldsOf({{"Transfer-Encoding", "chunked"}}), 10));
  EXPECT_EQ(textOf(Framing{Framing::Kind::length, 7}), "Content-Length: 7\r\n");
  EXPECT_EQ(textOf(Framing{}), "");
}

}  // namespace
}  // namespace brood::egress
