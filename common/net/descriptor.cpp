#include "common/net/descriptor.hpp"

#include <unistd.h>

namespace net {

void Descriptor::close() noexcept {
  // close(2), NOTES: on Linux the descriptor is gone even when close says
  // EINTR, so no second try.
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

}  // namespace net
