# What makes a mistake with memory a crash instead of a way in; tests/deploy/release/test_hardening.py looks
# for it in the binaries. Debian's g++ makes position-independent executables by itself. Not with
# sanitizers, which see more.
if(NOT QUARTET_SANITIZE)
  add_compile_options(-fstack-protector-strong -fstack-clash-protection -fcf-protection
    "$<$<CONFIG:Release>:-U_FORTIFY_SOURCE;-D_FORTIFY_SOURCE=2>")
  add_link_options(-Wl,-z,relro,-z,now,-z,noexecstack)
endif()
