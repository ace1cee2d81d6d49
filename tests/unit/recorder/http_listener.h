#pragma once
// A server on a loopback port that keeps what it is sent and answers as it is told.

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace brood::recorder {

struct SentRequest {
  std::string target;
  std::map<std::string, std::string> headers;  // Names in lower case.
  std::string body;
};

struct GivenAnswer {
  unsigned status = 200;
  std::string body = {};
  std::map<std::string, std::string> headers = {};
};

class HttpListener {
 public:
  using Received = SentRequest;
  using Answer = GivenAnswer;
  using Answerer = std::function<Answer(const Received&)>;

  explicit HttpListener(Answerer answerer = [](const Received&) { return Answer(); });
  ~HttpListener();

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  // Blocks until there are as many, all so far.
  std::vector<Received> waitFor(size_t count);
  size_t connections() const { return connections_; }

 private:
  using Socket = boost::asio::ip::tcp::socket;
  void accept();
  void serve(Socket& socket);
  void serveOne(Socket& socket);

  Answerer answerer_;
  boost::asio::io_context context_;
  boost::asio::ip::tcp::acceptor acceptor_;
  unsigned short port_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Received> received_;
  std::vector<std::shared_ptr<Socket>> sockets_;
  std::vector<std::thread> threads_;
  size_t connections_ = 0;
  bool isStopping_ = false;
  std::thread accepting_;
};

}  // namespace brood::recorder
