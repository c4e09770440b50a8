// Ctrl-C and its kin end the program at once, and with it every server that it has started.
#pragma once

namespace load {

/// From now on SIGINT, SIGTERM and SIGHUP end the program with 128 plus their number, after all
/// that it has started and what that has started. Call it in main, before any thread is started
/// (which inherits that these signals are blocked). What servers orphan becomes our child.
void end_on_signal();

/// Waits for the end if a signal has come: whoever finds a server dead asks here first, since it
/// may have been us.
void halt_if_ending();

}  // namespace load
