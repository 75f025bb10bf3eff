# Files that a program serves over HTTP, inside the program: each as it is and compressed.
#
#   musicfleet_web_files(SOURCES_VARIABLE FUNCTION FILE...)
#
# makes SOURCES_VARIABLE a generated .cc that defines `std::span<const WebFile> FUNCTION()` (coordinator/web/web_file.h).
# The assembler takes the bytes in, so that a file of megabytes costs no compile time and needs no escaping.

find_program(GZIP_PROGRAM gzip REQUIRED)

function(musicfleet_web_files sources_variable function)
  set(WEB_FUNCTION ${function})
  set(WEB_BYTES "")
  set(WEB_DECLARATIONS "")
  set(WEB_ROWS "")
  set(needed "")
  foreach(file IN LISTS ARGN)
    get_filename_component(name "${file}" NAME)
    string(MAKE_C_IDENTIFIER "musicfleet_${function}_${name}" symbol)
    set(compressed "${CMAKE_CURRENT_BINARY_DIR}/${function}/${name}.gz")
    file(MAKE_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}/${function}")
    add_custom_command(OUTPUT "${compressed}" DEPENDS "${file}" VERBATIM
      COMMAND sh -c "\"$0\" -9nc \"$1\" > \"$2\"" "${GZIP_PROGRAM}" "${file}" "${compressed}")
    foreach(part "plain;${file}" "gzip;${compressed}")
      list(GET part 0 form)
      list(GET part 1 path)
      string(APPEND WEB_BYTES "        \".global ${symbol}_${form}, ${symbol}_${form}_end\\n\"\n"
        "        \"${symbol}_${form}: .incbin \\\"${path}\\\"\\n${symbol}_${form}_end:\\n\"\n")
      string(APPEND WEB_DECLARATIONS "extern const char ${symbol}_${form}[], ${symbol}_${form}_end[];\n")
    endforeach()
    string(APPEND WEB_ROWS "      {\"${name}\", between(${symbol}_plain, ${symbol}_plain_end), "
      "between(${symbol}_gzip, ${symbol}_gzip_end)},\n")
    list(APPEND needed "${file}" "${compressed}")
  endforeach()
  set(generated "${CMAKE_CURRENT_BINARY_DIR}/${function}.cc")
  configure_file("${CMAKE_SOURCE_DIR}/script/cmake/web_files.cc.in" "${generated}" @ONLY)
  set_source_files_properties("${generated}" PROPERTIES OBJECT_DEPENDS "${needed}")
  set(${sources_variable} "${generated}" PARENT_SCOPE)
endfunction()
