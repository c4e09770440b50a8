# Whether the library can be used from elsewhere: installs BUILD below FOLDER, looks at what is
# there, copies the consumer beside it, and builds and runs that with COMPILER.
cmake_minimum_required(VERSION 3.25)
set(prefix ${FOLDER}/prefix)
set(include ${prefix}/include/echo_ladder)
set(source ${CMAKE_CURRENT_LIST_DIR}/../consumer)
unset(ENV{DESTDIR})

macro(run)
  execute_process(COMMAND ${ARGN} COMMAND_ERROR_IS_FATAL ANY)
endmacro()

file(REMOVE_RECURSE ${FOLDER})
run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${prefix} OUTPUT_QUIET)

set(ours "^include/echo_ladder/.+\\.hpp$|/echo_ladder/[^/]+\\.a$|/cmake/EchoLadder/[^/]+\\.cmake$")
file(GLOB_RECURSE others RELATIVE ${prefix} ${prefix}/*)
list(FILTER others EXCLUDE REGEX ${ours})
if(others)
  message(FATAL_ERROR "Installed, but no part of the library: ${others}")
endif()

file(STRINGS ${prefix}/${PACKAGE}/EchoLadderTargets.cmake leaks REGEX
     "INTERFACE_(COMPILE_OPTIONS|COMPILE_DEFINITIONS|LINK_OPTIONS|PRECOMPILE_HEADERS)")
if(leaks)
  message(FATAL_ERROR "What only our own build is to have comes with the library: ${leaks}")
endif()

# (If it is not refused, what is found is read, and that fails in a script.)
find_package(EchoLadder 99 QUIET PATHS ${prefix}/${PACKAGE} NO_DEFAULT_PATH)
if(EchoLadder_FOUND OR NOT EchoLadder_CONSIDERED_VERSIONS)
  message(FATAL_ERROR "Version 99 is not refused: there is '${EchoLadder_CONSIDERED_VERSIONS}'")
endif()

# What a header includes must be there too.
file(GLOB_RECURSE headers RELATIVE ${include} ${include}/*.hpp)
list(TRANSFORM headers REPLACE "(.+)" "#include \"\\1\"\n")
file(WRITE ${FOLDER}/headers.cpp ${headers})
run(${COMPILER} -std=c++20 -fsyntax-only -Wall -Wextra -Werror -I ${include} ${FOLDER}/headers.cpp)

file(COPY ${source} DESTINATION ${FOLDER})
run(${CMAKE_COMMAND} -G ${GENERATOR} -S ${FOLDER}/consumer -B ${FOLDER}/build
    -D CMAKE_PREFIX_PATH=${prefix} -D CMAKE_CXX_COMPILER=${COMPILER}
    "-D CMAKE_CXX_FLAGS=-Wall -Wextra -Werror")
run(${CMAKE_COMMAND} --build ${FOLDER}/build)
file(READ ${source}/consumer.txt expected)
run(${FOLDER}/build/consumer OUTPUT_VARIABLE printed TIMEOUT 20)
if(NOT printed STREQUAL expected)
  message(FATAL_ERROR "The consumer prints\n${printed}instead of\n${expected}")
endif()
