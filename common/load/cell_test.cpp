// The words of the command line: cells, and the servers that take part.
#include "common/load/cell.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "common/load/contestant.hpp"
#include "common/load/text.hpp"

namespace load {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(Cell, IsReadFromItsText) {
  EXPECT_EQ(cell_from("50x1024x16"), (Cell{.connections = 50, .size = 1024, .depth = 16}));
  EXPECT_EQ(cell_from("1x64x1+10000"), (Cell{.connections = 1, .size = 64, .idle = 10'000}));
  EXPECT_EQ(cell_from("churn"), (Cell{.connections = 50, .size = 64, .churn = true}));
}

TEST(Cell, IsWrittenAsItIsRead) {
  for (const std::string text :
       {"50x1024x16", "1x64x1+10000", "churn", "1x1x1", "7x1048576x1024"}) {
    EXPECT_EQ(to_string(cell_from(text)), text);
  }
}

TEST(Cell, IsRefusedByItsNameIfItIsNone) {
  for (const std::string text : {"",
                                 "x",
                                 "50",
                                 "50x1024",
                                 "50x1024x",
                                 "50x1024x1x1",
                                 "50x1024x1+",
                                 "50x1024x1+-1",
                                 "a50x1x1",
                                 "50x1x1 ",
                                 "+50x1x1",
                                 "-1x1x1",
                                 "1.5x1x1",
                                 "churn+5",
                                 "Churn",
                                 "50×1024×1",
                                 "0x1x1",
                                 "1x0x1",
                                 "1x1048577x1",
                                 "1x1x0",
                                 "1x1x1025",
                                 "99999999999999999999x1x1",
                                 "1x1x1+99999999999999999999"}) {
    EXPECT_THAT([&] { std::ignore = cell_from(text); },
                ThrowsMessage<std::invalid_argument>(HasSubstr("'" + text + "' is no cell")));
  }
}

TEST(Cell, SaysWhatIsAllowed) {
  EXPECT_THAT([] { std::ignore = cell_from("0x1x1"); },
              ThrowsMessage<std::invalid_argument>(HasSubstr(
                  "1 to 1,000,000 connections, messages of 1 to 1,048,576 bytes, 1 to 1,024")));
}

TEST(Contestant, HasANameAndACommand) {
  const auto all = contestants_from({"a/b=server --port={port}", "c=d {port}"});
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].name, "a/b");
  EXPECT_EQ(all[0].command, "server --port={port}");
  EXPECT_EQ(all[1].name, "c");
}

TEST(Contestant, IsRefusedByItsTextIfItIsNone) {
  for (const std::string text : {"", "server {port}", "=server {port}", "a=server", "{port}=a"}) {
    EXPECT_THAT([&] { std::ignore = contestants_from({text}); },
                ThrowsMessage<std::invalid_argument>("--server: '" + text +
                                                     "' is not NAME=COMMAND with {port} in it"));
  }
}

TEST(Contestant, IsTheOnlyOneOfItsName) {
  EXPECT_THAT([] { std::ignore = contestants_from({"a=x {port}", "a=y {port}"}); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("two of the name 'a'")));
}

TEST(Numbers, HaveCommas) {
  EXPECT_EQ(with_commas(0), "0");
  EXPECT_EQ(with_commas(999), "999");
  EXPECT_EQ(with_commas(1'000), "1,000");
  EXPECT_EQ(with_commas(12'345'678), "12,345,678");
}

}  // namespace
}  // namespace load
