# libtorch as the imported target `torch`: headers, libtorch_cpu and libc10. The CUDA libraries are opened at run time
# where they exist and are never linked, so one binary serves machines with and without a GPU.
#
# Torch_ROOT is a folder with include/ and lib/; by default what script/bootstrap put into the cache.

if(NOT Torch_ROOT)
  if(DEFINED ENV{XDG_CACHE_HOME})
    set(cache_home "$ENV{XDG_CACHE_HOME}")
  else()
    set(cache_home "$ENV{HOME}/.cache")
  endif()
  set(Torch_ROOT "${cache_home}/musicfleet/libtorch-2.11.0/torch")
endif()
set(Torch_ROOT "${Torch_ROOT}" CACHE PATH "Folder with libtorch's include/ and lib/")

if(NOT EXISTS "${Torch_ROOT}/lib/libtorch_cpu.so")
  message(FATAL_ERROR "no libtorch at ${Torch_ROOT}: run script/bootstrap, or pass -DTorch_ROOT=<folder with include/ and lib/>")
endif()

add_library(c10 SHARED IMPORTED GLOBAL)
set_target_properties(c10 PROPERTIES IMPORTED_LOCATION "${Torch_ROOT}/lib/libc10.so" IMPORTED_NO_SONAME TRUE)
add_library(torch SHARED IMPORTED GLOBAL)
set_target_properties(torch PROPERTIES
  IMPORTED_LOCATION "${Torch_ROOT}/lib/libtorch_cpu.so"
  IMPORTED_NO_SONAME TRUE
  INTERFACE_INCLUDE_DIRECTORIES "${Torch_ROOT}/include"
  INTERFACE_LINK_LIBRARIES c10
  # The wheel's libraries name CUDA ones that a CPU box does not have and never calls.
  INTERFACE_LINK_OPTIONS "LINKER:--unresolved-symbols=ignore-in-shared-libs")

# What `cmake --install` puts beside the programs, so that its folder runs on another machine: the libraries of libtorch
# and of the nvidia wheels, as they lie to each other in the cache, since they find each other by that.
set(MUSICFLEET_TORCH_DESTINATION lib/musicfleet)
function(musicfleet_install_torch)
  install(DIRECTORY "${Torch_ROOT}/lib" DESTINATION ${MUSICFLEET_TORCH_DESTINATION}/torch
    FILES_MATCHING PATTERN "*.so*" PATTERN "*python*" EXCLUDE PATTERN "libshm*" EXCLUDE)
  cmake_path(GET Torch_ROOT PARENT_PATH wheels)
  if(EXISTS "${wheels}/nvidia")
    install(DIRECTORY "${wheels}/nvidia" DESTINATION ${MUSICFLEET_TORCH_DESTINATION}
      FILES_MATCHING PATTERN "*.so*" PATTERN "include" EXCLUDE)
  endif()
endfunction()
