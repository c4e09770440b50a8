// The server's command as words, in which `{port}` stands for the port.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace contract {

using Words = std::vector<std::string>;

[[nodiscard]] bool mentions_port(const Words& words);
[[nodiscard]] Words with_port(Words words, std::uint16_t port);

// For servers that keep the contract's command line: the words before any option of ours, so that
// a test can give `--port` any value, or none.
[[nodiscard]] Words without_port(const Words& words);

[[nodiscard]] Words joined(Words words, const Words& more);

}  // namespace contract
