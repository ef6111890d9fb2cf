// How TLS ends with the process.
#ifndef QUARTET_SECURITY_TLS_EXIT_H_
#define QUARTET_SECURITY_TLS_EXIT_H_

namespace quartet {

// OpenSSL frees its state in a handler of exit(), while threads of gRPC's may still shake hands:
// one of 2,400 clients that were refused and ended at once died of it, with SIGSEGV after its last
// word. Called first in main(), this leaves the state to the end of the process.
void KeepTlsUntilTheEnd();

}  // namespace quartet

#endif  // QUARTET_SECURITY_TLS_EXIT_H_
