// What the tests of debug mode share.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "05_coroutines/never_awaited.hpp"
#include "06_tasks_futures/asyncio/debugging/debug_mode.hpp"
#include "06_tasks_futures/asyncio/loop_test.hpp"

namespace asyncio {

/// The line where it is called, or so many from there.
inline int line(int lines = 0, Place place = Place::current()) {
  return static_cast<int>(place.line()) + lines;
}
/// The same, with the file: `debug_test.cpp:12`.
inline std::string here(int lines = 0, Place place = Place::current()) {
  return std::string(coroutines::last_part(place.file_name())) + ":" +
         std::to_string(line(lines, place));
}

class DebugTest : public LoopTest {
 protected:
  DebugTest() { loop().set_debug(true); }
};

}  // namespace asyncio
