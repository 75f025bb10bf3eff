# Swagger UI, which shows the HTTP API at /docs: the folder SwaggerUi_ROOT, by default what script/bootstrap put into
# the cache.

if(NOT SwaggerUi_ROOT)
  if(DEFINED ENV{XDG_CACHE_HOME})
    set(cache_home "$ENV{XDG_CACHE_HOME}")
  else()
    set(cache_home "$ENV{HOME}/.cache")
  endif()
  set(SwaggerUi_ROOT "${cache_home}/musicfleet/swagger-ui-5.34.0")
endif()
set(SwaggerUi_ROOT "${SwaggerUi_ROOT}" CACHE PATH "Folder with Swagger UI's swagger-ui-bundle.js and swagger-ui.css")

foreach(file swagger-ui-bundle.js swagger-ui.css)
  if(NOT EXISTS "${SwaggerUi_ROOT}/${file}")
    message(FATAL_ERROR "no ${file} in ${SwaggerUi_ROOT}: run script/bootstrap, or pass -DSwaggerUi_ROOT=<folder of Swagger UI's dist>")
  endif()
endforeach()
