// The port numbers that the contract may give away.
#pragma once

#include <cstdint>

#include "common/net/descriptor.hpp"

namespace contract {

// A port that nobody uses and the kernel gives to nobody, and that no other contract running on
// this machine takes as long as this object lives.
class ReservedPort {
 public:
  ReservedPort();
  [[nodiscard]] std::uint16_t number() const { return number_; }

 private:
  net::Descriptor lock_;
  std::uint16_t number_ = 0;
};

}  // namespace contract
