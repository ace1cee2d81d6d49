#include "recorder/key_feed.h"

#include "base/plain_text.h"
#include "rpc/records/message_text.h"

namespace brood::recorder {
namespace {

constexpr size_t kMaxPemBytes = 1u << 20;

}  // namespace

KeyFeed::KeyFeed(const Paths& paths, spdlog::logger& logger)
    : paths_(paths), logger_(logger), pemFiles_(pemFiles()), sending_(*this) {
  if (!paths_.keys.empty()) watch_.emplace(paths_.keys);
  look();
}

std::array<FileIdentity, 3> KeyFeed::pemFiles() const {
  return {identityOf(paths_.certificate), identityOf(paths_.privateKey),
          identityOf(paths_.clientAuthorities)};
}

void KeyFeed::look() {
  lookAtKeys();
  lookAtCertificate();
}

void KeyFeed::lookAtKeys() {
  if (!watch_) return;
  auto change = watch_->look();
  if (!change) return;
  if (const auto* problem = std::get_if<std::string>(&change->content)) {
    logger_.error("keys: {}; {}", *problem,
                  text_ ? "those of before stay in force" : "there are none");
    return;
  }
  logger_.info("keys: {} in {}", std::get<gateway::KeyFile>(change->content).keys.size(),
               paths_.keys);
  text_ = std::move(change->text);
  for (auto reader = readers_.begin(); reader != readers_.end(); ++reader) send(reader);
}

// The files are renewed one after the other: the gateway refuses what does not fit together, and is
// sent all again with the last.
void KeyFeed::lookAtCertificate() {
  if (paths_.certificate.empty()) return;
  auto now = pemFiles();
  if (now == pemFiles_) return;
  pemFiles_ = now;
  std::array<std::string, 3> texts;
  const std::string* paths[] = {&paths_.certificate, &paths_.privateKey, &paths_.clientAuthorities};
  for (size_t i = 0; i < texts.size(); ++i) {
    if (paths[i]->empty()) continue;
    auto file = readSmallFile(*paths[i], kMaxPemBytes);
    if (const auto* problem = std::get_if<FileProblem>(&file)) {
      logger_.error("gateway.tls_cert, tls_key, tls_client_ca: {}", problem->text);
      return;
    }
    texts[i] = std::move(std::get<FileText>(file).text);
  }
  for (auto& reader : readers_) {
    auto request = reader.certificateRequest();
    request.setChain(asText(texts[0]));
    request.setPrivateKey(asText(texts[1]));
    request.setClientAuthorities(asText(texts[2]));
    sending_.add(request.send().ignoreResult());
  }
}

void KeyFeed::add(rpc::KeyReader::Client reader) {
  const auto added = readers_.insert(readers_.end(), kj::mv(reader));
  if (text_) send(added);
}

void KeyFeed::send(Readers::iterator reader) {
  auto request = reader->keysRequest();
  request.setText(asText(*text_));
  sending_.add(request.send().then([](auto&&) {},
                                   [this, reader](kj::Exception&& exception) {
                                     // A reader that is gone asks anew when it comes back. Two
                                     // texts may have been on their way.
                                     for (auto each = readers_.begin(); each != readers_.end();
                                          ++each) {
                                       if (each == reader) {
                                         readers_.erase(each);
                                         break;
                                       }
                                     }
                                     if (exception.getType() != kj::Exception::Type::DISCONNECTED) {
                                       logger_.error("keys: not taken: {}", plainText(exception));
                                     }
                                   }));
}

void KeyFeed::taskFailed(kj::Exception&& exception) {
  logger_.error("keys: {}", plainText(exception));
}

}  // namespace brood::recorder
