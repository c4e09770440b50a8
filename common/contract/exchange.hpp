// Sends and receives at the same time, as a client must whose bytes are more than all buffers on
// the way can hold; and many such clients side by side. Every byte that comes is compared.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "common/contract/client.hpp"
#include "common/contract/random_stream.hpp"

namespace contract {

class Exchange {
 public:
  struct Options {
    std::size_t total = 0;
    std::size_t bytes_a_write = 64 * 1024;
    bool half_close = false;  // after the last byte; then the end of file must come as well
  };

  Exchange(Client& client, const Options& options, std::uint64_t seed);

  [[nodiscard]] bool is_done() const { return is_done_; }
  [[nodiscard]] int fd() const { return client_->fd(); }
  [[nodiscard]] short wanted_events() const;
  void on_ready(short events);
  [[nodiscard]] std::string text() const;

 private:
  [[nodiscard]] bool has_more_to_send() const { return sent_ < options_.total; }
  void send_some();
  void receive_some();
  void compare(const std::string& came);
  void on_end(Client::Got ending);

  Client* client_;
  Options options_;
  std::uint64_t seed_;
  RandomStream to_send_;
  RandomStream expected_;
  std::string unsent_;
  std::size_t sent_ = 0;
  std::size_t received_ = 0;
  bool is_done_ = false;
};

// Runs all of them to their ends. Throws if one of them gets a wrong byte, none when one is due,
// or one too many.
void run(std::span<Exchange> exchanges);
void exchange(Client& client, const Exchange::Options& options);

// More than the kernel's buffers on both sides can ever hold: a server that takes all of it keeps
// it itself.
inline constexpr std::size_t k_largest_flood = 256 * 1024 * 1024;

// Writes and does not read, until the server takes no more. Returns how much the kernel has taken.
[[nodiscard]] std::size_t flood(Client& client, std::uint64_t seed);

// Receives `n` bytes that must be those that a RandomStream with this seed begins with.
void receive_stream(Client& client, std::size_t n, std::uint64_t seed);

}  // namespace contract
