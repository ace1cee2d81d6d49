#pragma once
// The text of an API key: how one is made, and what can be said of one without knowing any other.

#include <string>
#include <string_view>

#include "gateway/access/digest.h"

namespace brood::gateway {

enum class KeyForm {
  brood,  // "brood_", 32 random bytes as 43 digits of base 62, and 6 digits of checksum.
  e2b,    // "e2b_" and 40 hexadecimal digits, on which some releases of E2B's SDKs insist.
};

std::string makeApiKey(KeyForm form);

// Whether a key of Brood's own form is one as a whole: a typing error or a missing end changes the
// checksum. True of every key of another form, of which nothing can be said.
bool isWhole(std::string_view key);

// A key that somebody else has made is accepted from 16 printable characters without spaces on:
// shorter ones can be guessed. Longer than 512 none is, since a key is a header's value.
constexpr size_t kMinKeyLength = 16;
constexpr size_t kMaxKeyLength = 512;
bool isAcceptable(std::string_view key);

// A short name for a key that tells nothing of it: "k_" and 12 random hexadecimal digits.
std::string makeKeyId();

}  // namespace brood::gateway
