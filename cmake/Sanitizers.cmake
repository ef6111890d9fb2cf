# Sanitizers apply to every object of the build, generated code too: a half-instrumented program
# misses reports at the seams.
if(QUARTET_SANITIZE)
  # vptr needs the RTTI of libtorch's classes, which the wheel hides.
  set(flags -fsanitize=${QUARTET_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  if(QUARTET_SANITIZE MATCHES "undefined")
    list(APPEND flags -fno-sanitize=vptr)
  endif()
  add_compile_options(${flags})
  add_link_options(${flags})
  # Debian's gRPC is built without sanitizers: tell its headers so that both agree.
  add_compile_definitions(GRPC_ASAN_SUPPRESSED GRPC_TSAN_SUPPRESSED)
endif()
