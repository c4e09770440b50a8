// How many system calls a server makes for a message, as strace counts them.
#pragma once

#include <optional>
#include <string>

#include "common/load/cell.hpp"

namespace load {

/// Runs the server twice under strace, with the same connections, once with few and once with many
/// messages: the difference holds nothing of what it does to start, to accept and to end. Both stay
/// on this core, if one is given. Throws std::runtime_error.
[[nodiscard]] double system_calls_per_message(const std::string& command, const Cell& cell,
                                              const std::optional<int>& core);

/// The total in the summary that `strace -c -U calls,name` writes. Throws std::runtime_error if
/// there is none.
[[nodiscard]] double total_of(const std::string& summary);

}  // namespace load
