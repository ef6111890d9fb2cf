#include "library/quiet.h"

#include <google/protobuf/stubs/logging.h>

namespace quartet::client {

void QuietProtobuf() { google::protobuf::SetLogHandler(nullptr); }

}  // namespace quartet::client
