// A socket that listens.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "common/net/address.hpp"
#include "common/net/descriptor.hpp"

namespace asyncio {

/// Owns a socket that listens and does not wait, and its place in the file
/// system if it has one.
class Listener {
 public:
  explicit Listener(net::Descriptor socket, std::string path = {});
  Listener(Listener&&) noexcept = default;
  Listener& operator=(Listener&&) = delete;
  ~Listener();

  [[nodiscard]] int fd() const noexcept { return socket_.get(); }
  /// The next client's socket, which does not wait, and its address if it has
  /// one; no socket, and errno, if there is none.
  [[nodiscard]] std::pair<net::Descriptor, std::optional<net::Address>> accept()
      const noexcept;
  [[nodiscard]] std::string name() const;
  /// Zero, if it is in the file system.
  [[nodiscard]] std::uint16_t port() const;

 private:
  [[nodiscard]] bool is_unix() const noexcept { return !path_.empty(); }

  net::Descriptor socket_;
  std::string path_;
  std::uint64_t inode_ = 0;  // of the path: another server may have taken it
};

}  // namespace asyncio
