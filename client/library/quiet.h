// For programs that report errors themselves.
#ifndef QUARTET_CLIENT_LIBRARY_QUIET_H_
#define QUARTET_CLIENT_LIBRARY_QUIET_H_

namespace quartet::client {

// Protobuf writes nothing to standard error any more, in the whole process: what it complains of
// (text that is not UTF-8) the server refuses with a better message.
void QuietProtobuf();

}  // namespace quartet::client

#endif  // QUARTET_CLIENT_LIBRARY_QUIET_H_
