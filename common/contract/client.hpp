// One connection to the server under test. Its socket never blocks; every wait has a deadline,
// and what does not come in time is an exception that says what came instead.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "common/contract/deadline.hpp"
#include "common/net/address.hpp"
#include "common/net/descriptor.hpp"

namespace contract {

// What came until the connection ended, and whether it ended by a reset.
struct LastWords {
  std::string bytes;
  bool was_reset = false;
};

class Client {
 public:
  // Begins to connect. A server that accepts late, or never, is for the later calls to notice.
  explicit Client(const net::Address& server);

  void wait_until_connected() const;
  void send(std::string_view bytes);
  [[nodiscard]] std::string receive(std::size_t n);
  [[nodiscard]] std::string receive_until_end_of_file();
  [[nodiscard]] LastWords receive_until_closed();
  [[nodiscard]] std::string echo(std::string_view bytes);

  // One system call each; nothing if it would block.
  [[nodiscard]] std::size_t send_some(std::string_view bytes);
  void send_out_of_band(char byte);

  // Without taking the bytes out of the socket.
  void wait_until_readable(std::size_t n) const;
  [[nodiscard]] bool hears_nothing_for(std::chrono::milliseconds time) const;

  void finish_sending();
  void leave() { socket_.close(); }
  // Closes with a reset instead of a goodbye.
  void reset();

  [[nodiscard]] int fd() const { return socket_.get(); }
  [[nodiscard]] const net::Address& server_end() const { return server_end_; }
  [[nodiscard]] net::Address own_end() const { return net::local_address(fd()); }
  // As the server's log names it.
  [[nodiscard]] std::string name() const { return net::to_string(own_end()); }

  // What one recv(2) brings.
  enum class Got { bytes, nothing_yet, end_of_file, reset };
  [[nodiscard]] Got receive_some(std::string& bytes, std::size_t at_most);

 private:
  [[nodiscard]] Got wait_for_some(std::string& bytes, std::size_t at_most,
                                  const Deadline& deadline);
  void wait_until(short events, const Deadline& deadline, std::string_view what) const;

  net::Address server_end_;
  net::Descriptor socket_;
};

}  // namespace contract
