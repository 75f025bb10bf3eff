# Compiler cache, linker, sanitizers: everything that is a matter of this machine and not of the code.

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # CCACHE_BASEDIR lets two checkouts of the same revision share their cache entries.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 CCACHE_MAXSIZE=5G
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE_PROGRAM})
  set(CMAKE_C_COMPILER_LAUNCHER ${CMAKE_CXX_COMPILER_LAUNCHER})
endif()

find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM)
  add_link_options(-fuse-ld=mold)
endif()

if(MUSICFLEET_SANITIZE)
  add_compile_options(-fsanitize=${MUSICFLEET_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${MUSICFLEET_SANITIZE})
  if(MUSICFLEET_SANITIZE MATCHES undefined)
    add_compile_options(-fno-sanitize-recover=undefined)
  endif()
  if(MUSICFLEET_SANITIZE MATCHES thread)
    add_compile_definitions(BOOST_ASIO_DISABLE_FENCED_BLOCK)
    add_compile_options(-Wno-tsan)
  endif()
endif()

# Imported targets are visible in every folder, wherever their package is found first.
set(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL TRUE)

if(MUSICFLEET_FUZZ)
  # Everything that a fuzz target reaches reports its coverage; the targets themselves add libFuzzer's main().
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined)
  add_link_options(-fsanitize=address,undefined)
endif()

find_package(Threads REQUIRED)
