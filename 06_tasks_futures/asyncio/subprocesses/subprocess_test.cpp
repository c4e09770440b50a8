// Other programs: what they are given, what they say, and how they end.
#include "06_tasks_futures/asyncio/subprocesses/subprocess.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/asyncio/subprocesses/subprocesses_test.hpp"
#include "06_tasks_futures/asyncio/waiting/gather.hpp"

namespace asyncio {
namespace {

using subprocess::devnull;
using subprocess::pipe;
using subprocess::stdout_;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

// ---- how it ends

// test_shell
TEST_F(SubprocessTest, GivesTheExitCode) {
  const Process process = run(create_subprocess_shell("exit 7"));
  EXPECT_EQ(run(process.wait()), 7);
  EXPECT_EQ(process.returncode(), 7);
}

// test_kill
TEST_F(SubprocessTest, TheSignalThatKilledItIsANegativeNumber) {
  const Process process = sleeper();
  EXPECT_EQ(process.returncode(), std::nullopt);
  process.kill();
  EXPECT_EQ(run(process.wait()), -SIGKILL);
}

// test_terminate
TEST_F(SubprocessTest, TerminateIsSigterm) {
  const Process process = sleeper();
  process.terminate();
  EXPECT_EQ(run(process.wait()), -SIGTERM);
}

// test_send_signal
TEST_F(SubprocessTest, AProgramMayHandleASignal) {
  const Process process =
      shell({.stdin_ = pipe, .stdout_ = pipe},
            "trap 'echo caught; exit 3' HUP; echo ready; read line");
  EXPECT_EQ(run(process.stdout_().readline()), "ready\n");
  process.send_signal(SIGHUP);
  EXPECT_EQ(run(process.stdout_().read()), "caught\n");
  EXPECT_EQ(run(process.wait()), 3);
}

TEST_F(SubprocessTest, NoSignalReachesWhatHasEnded) {
  const Process process = exec({}, "true");
  run(process.wait());
  EXPECT_EQ(message_of<std::system_error>([&] {
              process.kill();
              return 0;
            }),
            "signal to process " + std::to_string(process.pid()) +
                ": No such process");
}

// test_subprocess_send_signal_race
TEST_F(SubprocessTest, ASignalMayComeTooLate) {
  for (int i = 0; i < 20; ++i) {
    const Process process = exec({}, "true");
    try {
      process.send_signal(SIGUSR1);
    } catch (const std::system_error& error) {
      EXPECT_EQ(error.code(), std::errc::no_such_process);
    }
    EXPECT_NE(run(process.wait()), 255);
  }
}

Coroutine<std::vector<int>> waits_tenfold(Process process) {
  std::vector<Coroutine<int>> waits;
  for (int i = 0; i < 10; ++i) waits.push_back(process.wait());
  co_return co_await gather(std::move(waits));
}

// test_subprocess_concurrent_wait
TEST_F(SubprocessTest, ManyMayWaitForItsEndAlsoAfterIt) {
  const Process process = shell({}, "exit 5");
  EXPECT_THAT(run(waits_tenfold(process)), Each(5));
  EXPECT_THAT(run(waits_tenfold(process)), Each(5));
}

// ---- its pipes

// test_stdin_stdout
TEST_F(SubprocessTest, ReadsAndWritesThroughPipes) {
  const Process process = exec({.stdin_ = pipe, .stdout_ = pipe}, "cat");
  process.stdin_().write("some data");
  run(process.stdin_().drain());
  process.stdin_().close();
  EXPECT_EQ(run(process.stdout_().read()), "some data");
  EXPECT_EQ(run(process.wait()), 0);
}

TEST_F(SubprocessTest, WriteEofIsTheEndOfItsInput) {
  const Process process = exec({.stdin_ = pipe, .stdout_ = pipe}, "cat");
  process.stdin_().write("some data");
  process.stdin_().write_eof();
  EXPECT_EQ(run(process.stdout_().read()), "some data");
  EXPECT_EQ(run(process.wait()), 0);
}

TEST_F(SubprocessTest, WhereThereIsNoPipeThereIsNoStream) {
  const Process process = exec({.stderr_ = pipe}, "true");
  EXPECT_EQ(message_of<RuntimeError>([&] { return process.stdin_(); }),
            "stdin is not a pipe");
  EXPECT_EQ(message_of<RuntimeError>([&] { return process.stdout_(); }),
            "stdout is not a pipe");
  EXPECT_EQ(thrown_by([&] { return run(process.communicate("input")); }),
            "RuntimeError: stdin is not a pipe");
  EXPECT_THAT(run(process.communicate()), Pair("", ""));
}

// test_devstdin_input
TEST_F(SubprocessTest, ItsPipesAreFiles) {
  const Process process =
      exec({.stdin_ = pipe, .stdout_ = pipe}, "cat", "/dev/stdin");
  EXPECT_EQ(run(process.communicate("abc")).first, "abc");
}

// test_read_stdout_after_process_exit
TEST_F(SubprocessTest, WhatItSaidMayBeReadAfterItsEnd) {
  const Process process = exec({.stdout_ = pipe}, "echo", "bye");
  run(process.wait());
  EXPECT_EQ(run(process.stdout_().read()), "bye\n");
}

// test_pause_reading
TEST_F(SubprocessTest, TheLimitIsForLines) {
  const SubprocessOptions options{.stdout_ = pipe, .limit = 10};
  const std::string text(100, 'x');
  EXPECT_EQ(output_of(exec(options, "echo", text)), text + '\n');
  const Process process = exec(options, "echo", text);
  EXPECT_THAT(thrown_by([&] { return run(process.stdout_().readline()); }),
              "ValueError: Separator is found, but chunk is longer than limit");
  EXPECT_EQ(thrown_by([&] { return exec({.limit = 0}, "true"); }),
            "ValueError: Limit cannot be <= 0");
}

// test_stdin_broken_pipe
TEST_F(SubprocessTest, WhoeverWritesToWhatHasEndedIsTold) {
  const Process process =
      exec({.stdin_ = pipe, .stdout_ = devnull}, "head", "-c", "1");
  process.stdin_().write(std::string(1'000'000, 'x'));
  EXPECT_THAT(thrown_by([&] {
                run(process.stdin_().drain());
                return 0;
              }),
              HasSubstr("Broken pipe"));
  run(process.wait());
}

// test_stdin_not_inheritable
TEST_F(SubprocessTest, NoOtherProgramKeepsItsInputOpen) {
  const Process first = exec({.stdin_ = pipe, .stdout_ = pipe}, "cat");
  const Process second = exec({.stdin_ = pipe, .stdout_ = pipe}, "cat");
  EXPECT_EQ(run(first.communicate("first")).first, "first");
  EXPECT_EQ(run(second.communicate("second")).first, "second");
}

// ---- communicate

// test_communicate
TEST_F(SubprocessTest, CommunicateGivesWhatItSays) {
  const Process process =
      shell({.stdin_ = pipe, .stdout_ = pipe, .stderr_ = pipe},
            "cat; echo oh >&2; exit 1");
  EXPECT_THAT(run(process.communicate("some data")), Pair("some data", "oh\n"));
  EXPECT_EQ(process.returncode(), 1);
  EXPECT_THAT(run(process.communicate()), Pair("", ""));
}

// test_communicate_none_input, test_empty_input
TEST_F(SubprocessTest, CommunicateWithoutInputIsTheEndOfIt) {
  EXPECT_EQ(output_of(exec({.stdin_ = pipe, .stdout_ = pipe}, "wc", "-c")),
            "0\n");
}

std::string many_bytes() {
  std::string text;
  while (text.size() < 8 * 1024 * 1024) text += std::to_string(text.size());
  return text;
}

TEST_F(SubprocessTest, CommunicateTakesMegabytesBothWays) {
  const Process process = exec(
      {.stdin_ = pipe, .stdout_ = pipe, .stderr_ = pipe}, "tee", "/dev/stderr");
  const std::string text = many_bytes();
  const auto [output, errors] = run(process.communicate(text));
  EXPECT_TRUE(output == text);  // not 8 MiB of message
  EXPECT_TRUE(errors == text);
}

// What is closed while it is ready is not waited for again.
TEST_F(SubprocessTest, CommunicatesOnEverySelector) {
  for (const char* const name : {"select", "poll", "epoll"}) {
    EventLoop other(selectors::selector_named(name));
    const Process process = other.run_until_complete(
        create_subprocess_exec({.stdin_ = pipe, .stdout_ = pipe}, "cat"));
    const auto heard = other.run_until_complete(
        process.communicate(std::string(1'000'000, 'x')));
    EXPECT_EQ(heard.first.size(), 1'000'000);
    EXPECT_EQ(other.descriptors().watched(), 1) << name;
  }
}

// test_communicate_ignore_broken_pipe
TEST_F(SubprocessTest, WhetherItReadsItsInputIsItsOwnAffair) {
  const Process process = exec({.stdin_ = pipe}, "true");
  run(process.communicate(std::string(1'000'000, 'x')));
  EXPECT_EQ(process.returncode(), 0);
}

TEST_F(SubprocessTest, CommunicateDoesNotReadBesideAnother) {
  const Process process = exec({.stdin_ = pipe, .stdout_ = pipe}, "cat");
  const auto reads = start(process.stdout_().read());
  run_turns(2);
  EXPECT_THAT(thrown_by([&] { return run(process.communicate("x")); }),
              HasSubstr("communicate() called while another coroutine"));
  EXPECT_EQ(run(reads), "x");
  run(process.wait());
}

Coroutine<std::string> says(std::string text) {
  const Process process =
      co_await create_subprocess_exec({.stdout_ = pipe}, "echo", "-n", text);
  co_return (co_await process.communicate()).first;
}

Coroutine<std::vector<std::string>> all_say(std::vector<std::string> texts) {
  std::vector<Coroutine<std::string>> all;
  for (const std::string& text : texts) all.push_back(says(text));
  co_return co_await gather(std::move(all));
}

// test_subprocess_communicate_stdout
TEST_F(SubprocessTest, ManyRunAtOnce) {
  std::vector<std::string> texts;
  for (int i = 0; i < 50; ++i) texts.push_back(std::to_string(i));
  EXPECT_EQ(run(all_say(texts)), texts);
}

// ---- where its streams go

TEST_F(SubprocessTest, StderrMayGoWhereStdoutGoes) {
  const Process process = shell({.stdout_ = pipe, .stderr_ = stdout_},
                                "echo out; echo err >&2; echo out");
  EXPECT_THAT(run(process.communicate()), Pair("out\nerr\nout\n", ""));
  EXPECT_EQ(thrown_by([&] { return exec({.stdout_ = stdout_}, "true"); }),
            "ValueError: STDOUT can only be used for stderr");
}

// test_devnull_input, test_devnull_output, test_devnull_error
TEST_F(SubprocessTest, NothingComesFromDevnullAndNothingIsKept) {
  const std::string command = "cat; echo out; echo err >&2";
  EXPECT_THAT(
      run(shell({.stdin_ = devnull, .stdout_ = pipe, .stderr_ = devnull},
                command)
              .communicate()),
      Pair("out\n", ""));
  EXPECT_THAT(
      run(shell({.stdin_ = pipe, .stdout_ = devnull, .stderr_ = pipe}, command)
              .communicate("in")),
      Pair("", "err\n"));
}

/// Of the test itself.
struct OwnPipe {
  OwnPipe() {
    std::array<int, 2> fds{};
    net::checked(::pipe2(fds.data(), O_CLOEXEC), "pipe2");
    reader = net::Descriptor(fds[0]);
    writer = net::Descriptor(fds[1]);
  }
  /// All up to the end.
  [[nodiscard]] std::string read() {
    writer.close();
    std::string text;
    std::array<char, 4096> some{};
    while (true) {
      const ssize_t n = ::read(reader.get(), some.data(), some.size());
      if (n <= 0) return text;
      text.append(some.data(), static_cast<std::size_t>(n));
    }
  }

  net::Descriptor reader;
  net::Descriptor writer;
};

TEST_F(SubprocessTest, AStreamMayGoToADescriptor) {
  OwnPipe to_it;
  OwnPipe from_it;
  const Process process = exec(
      {.stdin_ = to_it.reader.get(), .stdout_ = from_it.writer.get()}, "cat");
  ASSERT_EQ(::write(to_it.writer.get(), "some data", 9), 9);
  to_it.writer.close();
  EXPECT_EQ(from_it.read(), "some data");
  EXPECT_EQ(run(process.wait()), 0);
  EXPECT_EQ(thrown_by([&] { return exec({.stdin_ = 12'345}, "cat"); }),
            "system_error: descriptor 12345: Bad file descriptor");
}

/// While it lives, another is known by this number.
class Replaced {
 public:
  Replaced(int fd, int by) : fd_(fd), before_(::fcntl(fd, F_DUPFD_CLOEXEC, 3)) {
    by < 0 ? ::close(fd) : ::dup2(by, fd);
  }
  Replaced(const Replaced&) = delete;
  Replaced& operator=(const Replaced&) = delete;
  ~Replaced() { ::dup2(before_.get(), fd_); }

 private:
  int fd_;
  net::Descriptor before_;
};

TEST_F(SubprocessTest, StdoutAndStderrMayChangePlaces) {
  OwnPipe out;
  OwnPipe err;
  {
    const Replaced first(STDOUT_FILENO, out.writer.get());
    const Replaced second(STDERR_FILENO, err.writer.get());
    run(shell({.stdout_ = STDERR_FILENO, .stderr_ = STDOUT_FILENO},
              "echo out; echo err >&2")
            .wait());
  }
  EXPECT_EQ(out.read(), "err\n");
  EXPECT_EQ(err.read(), "out\n");
}

TEST_F(SubprocessTest, PipesMayHaveTheNumbersOfOurStandardStreams) {
  std::pair<std::string, std::string> heard;
  {
    const Replaced first(STDIN_FILENO, -1);
    const Replaced second(STDOUT_FILENO, -1);
    const Replaced third(STDERR_FILENO, -1);
    heard = run(shell({.stdin_ = pipe, .stdout_ = pipe, .stderr_ = pipe},
                      "cat; echo err >&2")
                    .communicate("in"));
  }
  EXPECT_THAT(heard, Pair("in", "err\n"));
}

TEST_F(SubprocessTest, ADirectoryMayHaveTheNumberOfAStandardStream) {
  std::pair<std::string, std::string> heard;
  {
    const Replaced first(STDIN_FILENO, -1);
    const Replaced second(STDOUT_FILENO, -1);
    const Replaced third(STDERR_FILENO, -1);
    heard =
        run(shell({.stderr_ = pipe, .cwd = "/proc"}, "pwd >&2").communicate());
  }
  EXPECT_THAT(heard, Pair("", "/proc\n"));
}

TEST_F(SubprocessTest, DevnullMayHaveTheNumberOfAStandardStream) {
  OwnPipe from_it;
  {
    const Replaced first(STDIN_FILENO, -1);
    const Replaced second(STDOUT_FILENO, -1);
    run(shell({.stdout_ = from_it.writer.get(), .stderr_ = devnull},
              "echo out; echo err >&2")
            .wait());
  }
  EXPECT_EQ(from_it.read(), "out\n");
}

TEST_F(SubprocessTest, ItHasNoOtherDescriptors) {
  const net::Descriptor leaky(::open("/dev/null", O_RDONLY));  // no O_CLOEXEC
  const Process process =
      exec({.stdin_ = pipe, .stdout_ = pipe, .stderr_ = pipe}, "ls",
           "/proc/self/fd");  // 3 is the directory
  EXPECT_EQ(output_of(process), "0\n1\n2\n3\n");
}

// ---- what else it is given

TEST_F(SubprocessTest, ArgumentsComeAsTheyAre) {
  const Process process = exec({.stdout_ = pipe}, "printf", "%s|", "a b", "",
                               "'\"", "$HOME", "*", "\\n", "\n");
  EXPECT_EQ(output_of(process), "a b||'\"|$HOME|*|\\n|\n|");
}

Coroutine<Process> started_in_many_ways() {
  using namespace std::string_view_literals;
  co_await create_subprocess_exec("true");
  co_await create_subprocess_exec("true", "-x"sv, std::string("-y"));
  co_await create_subprocess_exec({}, "true");
  co_await create_subprocess_shell({.cwd = "/"}, "true");
  const std::vector<std::string> command{"cat", "-"};
  co_return co_await create_subprocess_exec(
      {.stdin_ = pipe, .stdout_ = pipe, .stderr_ = devnull}, command);
}

// test_create_subprocess_exec_with_path
TEST_F(SubprocessTest, ACommandIsMadeOfAllKindsOfTexts) {
  EXPECT_EQ(run(run(started_in_many_ways()).communicate("x")).first, "x");
  const std::filesystem::path path = "/bin/ls";
  run(run(create_subprocess_exec({.stdout_ = devnull}, path, path)).wait());
  EXPECT_EQ(
      thrown_by([&] {
        return run(create_subprocess_exec({}, std::vector<std::string>()));
      }),
      "ValueError: no program");
  EXPECT_EQ(thrown_by([&] { return exec({}, std::string("a\0b", 3)); }),
            "ValueError: embedded null byte");
}

TEST_F(SubprocessTest, ItStartsInADirectory) {
  EXPECT_EQ(output_of(exec({.stdout_ = pipe, .cwd = "/proc"}, "pwd")),
            "/proc\n");
  EXPECT_EQ(thrown_by([&] { return exec({.cwd = "/no/such"}, "pwd"); }),
            "system_error: /no/such: No such file or directory");
  EXPECT_EQ(thrown_by([&] { return exec({.cwd = "/dev/null"}, "pwd"); }),
            "system_error: /dev/null: Not a directory");
}

// test_create_subprocess_env_exec, test_create_subprocess_env_shell
TEST_F(SubprocessTest, ItMayHaveAnotherEnvironment) {
  Environment env{{"FOO", "bar"}, {"EMPTY", ""}};
  EXPECT_EQ(output_of(exec({.stdout_ = pipe, .env = &env}, "/usr/bin/env")),
            "EMPTY=\nFOO=bar\n");
  env.clear();
  EXPECT_EQ(output_of(exec({.stdout_ = pipe, .env = &env}, "/usr/bin/env")),
            "");
  env = current_environment();
  env["FOO"] = "baz";
  EXPECT_EQ(output_of(shell({.stdout_ = pipe, .env = &env}, "echo $FOO $PATH")),
            "baz " + env["PATH"] + '\n');
}

TEST_F(SubprocessTest, AVariableNeedsANameThatIsOne) {
  for (const char* name : {"", "A=B"}) {
    const Environment env{{name, "c"}};
    EXPECT_EQ(thrown_by([&] { return exec({.env = &env}, "true"); }),
              "ValueError: illegal environment variable name");
  }
}

// test_start_new_session
TEST_F(SubprocessTest, ItMayHaveASessionOfItsOwn) {
  const auto session_of = [this](bool is_new) {
    const Process process =
        exec({.stdout_ = pipe, .start_new_session = is_new}, "cat",
             "/proc/self/stat");  // proc_pid_stat(5)
    int session = 0;
    std::sscanf(output_of(process).c_str(), "%*d (%*s %*c %*d %*d %d",
                &session);
    return std::pair(session, static_cast<int>(process.pid()));
  };
  const auto [session, pid] = session_of(true);
  EXPECT_EQ(session, pid);
  EXPECT_EQ(session_of(false).first, ::getsid(0));
}

/// While it lives, this process ignores these signals, and blocks them.
class Deaf {
 public:
  explicit Deaf(std::vector<int> signals) : signals_(std::move(signals)) {
    sigset_t set;
    sigemptyset(&set);
    for (const int each : signals_) {
      ::signal(each, SIG_IGN);
      sigaddset(&set, each);
    }
    ::pthread_sigmask(SIG_BLOCK, &set, &before_);
  }
  Deaf(const Deaf&) = delete;
  Deaf& operator=(const Deaf&) = delete;
  ~Deaf() {
    for (const int each : signals_) ::signal(each, SIG_DFL);
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

 private:
  std::vector<int> signals_;
  sigset_t before_{};
};

TEST_F(SubprocessTest, SignalsAreForItWhatTheyAreForAnyProgram) {
  const Deaf deaf({SIGPIPE, SIGXFSZ, SIGUSR1});
  const Process process = exec({.stdout_ = pipe}, "grep", "-E", "SigBlk|SigIgn",
                               "/proc/self/status");
  unsigned long blocked = 1;
  unsigned long ignored = 0;
  std::sscanf(output_of(process).c_str(), "SigBlk: %lx SigIgn: %lx", &blocked,
              &ignored);
  EXPECT_EQ(blocked, 0UL);
  EXPECT_EQ(ignored & (1UL << (SIGPIPE - 1)), 0UL);
  EXPECT_EQ(ignored & (1UL << (SIGXFSZ - 1)), 0UL);
  EXPECT_NE(ignored & (1UL << (SIGUSR1 - 1)), 0UL);  // as with nohup(1)
}

// ---- what cannot be run

// test_popen_error, test_popen_error_with_stdin_pipe
TEST_F(SubprocessTest, WhatIsNotFoundIsNamed) {
  EXPECT_EQ(thrown_by([&] { return exec({}, "no_such_program"); }),
            "system_error: no_such_program: No such file or directory");
  EXPECT_EQ(thrown_by([&] {
              return exec({.stdin_ = pipe, .stdout_ = pipe, .stderr_ = pipe},
                          "/no/such/program");
            }),
            "system_error: /no/such/program: No such file or directory");
  EXPECT_EQ(run(shell({.stderr_ = devnull}, "no_such").wait()), 127);
}

TEST_F(SubprocessTest, WhatIsNotExecutableIsNamed) {
  EXPECT_EQ(thrown_by([&] { return exec({}, "/etc/passwd"); }),
            "system_error: /etc/passwd: Permission denied");
  EXPECT_EQ(thrown_by([&] { return exec({}, "/proc"); }),
            "system_error: /proc: Permission denied");
}

// ---- threads

Coroutine<std::string> echoes(std::string text) {
  const Process process =
      co_await create_subprocess_exec({.stdin_ = pipe, .stdout_ = pipe}, "cat");
  co_return (co_await process.communicate(std::move(text))).first;
}

// test_create_subprocess_with_pidfd
TEST_F(SubprocessTest, ALoopInAnyThreadMayHaveChildren) {
  std::string heard;
  std::thread([&] { heard = asyncio::run(echoes("some data")); }).join();
  EXPECT_EQ(heard, "some data");
}

}  // namespace
}  // namespace asyncio
