#include "tests/unit/recorder/http_listener.h"

#include <sys/socket.h>

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <cctype>

namespace brood::recorder {
namespace {

namespace http = boost::beast::http;
using boost::asio::ip::tcp;

std::string lowerCase(std::string_view text) {
  std::string result;
  for (const char c : text) {
    result += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return result;
}

}  // namespace

HttpListener::HttpListener(Answerer answerer)
    : answerer_(std::move(answerer)),
      acceptor_(context_, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0)),
      port_(acceptor_.local_endpoint().port()),
      accepting_([this] { accept(); }) {}

HttpListener::~HttpListener() {
  {
    const std::lock_guard lock(mutex_);
    isStopping_ = true;
    for (auto& socket : sockets_) ::shutdown(socket->native_handle(), SHUT_RDWR);
  }
  // Wakes the thread that accepts, which close() of another thread would not.
  ::shutdown(acceptor_.native_handle(), SHUT_RDWR);
  accepting_.join();
  for (auto& thread : threads_) thread.join();
}

void HttpListener::accept() {
  while (true) {
    boost::system::error_code error;
    auto socket = std::make_shared<Socket>(context_);
    acceptor_.accept(*socket, error);
    const std::lock_guard lock(mutex_);
    if (error || isStopping_) return;
    ++connections_;
    sockets_.push_back(socket);
    threads_.emplace_back([this, socket] { serve(*socket); });
  }
}

void HttpListener::serve(Socket& socket) try {
  while (true) serveOne(socket);
} catch (const boost::system::system_error&) {
  // The client is gone, or we are.
}

void HttpListener::serveOne(Socket& socket) {
  boost::beast::flat_buffer buffer;
  http::request_parser<http::string_body> parser;
  parser.body_limit(64u << 20);
  http::read(socket, buffer, parser);
  const auto request = parser.release();
  Received received{std::string(request.target()), {}, request.body()};
  for (const auto& field : request) {
    received.headers[lowerCase({field.name_string().data(), field.name_string().size()})] =
        std::string(field.value());
  }
  const Answer answer = answerer_(received);
  http::response<http::string_body> response(static_cast<http::status>(answer.status), 11);
  for (const auto& [name, value] : answer.headers) response.set(name, value);
  response.body() = answer.body;
  response.prepare_payload();
  {
    const std::lock_guard lock(mutex_);
    received_.push_back(received);
    changed_.notify_all();
  }
  http::write(socket, response);
}

std::vector<HttpListener::Received> HttpListener::waitFor(size_t count) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return received_.size() >= count; });
  return received_;
}

}  // namespace brood::recorder
