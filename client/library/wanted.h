// What a caller wants of vectors, in the messages that say it.
#ifndef QUARTET_CLIENT_LIBRARY_WANTED_H_
#define QUARTET_CLIENT_LIBRARY_WANTED_H_

#include "library/client_options.h"
#include "quartet/v1/embedding.pb.h"

namespace quartet::client {

inline v1::Truncation ToMessage(Truncation truncation) {
  switch (truncation) {
    case Truncation::kStart:
      return v1::TRUNCATION_START;
    case Truncation::kReject:
      return v1::TRUNCATION_REJECT;
    case Truncation::kEnd:
      break;
  }
  return v1::TRUNCATION_END;
}

inline v1::Encoding ToMessage(Encoding encoding) {
  switch (encoding) {
    case Encoding::kFloat16:
      return v1::ENCODING_FLOAT16_LE;
    case Encoding::kInt8:
      return v1::ENCODING_INT8;
    case Encoding::kFloat32:
      break;
  }
  return v1::ENCODING_FLOAT32_LE;
}

// Of an EmbedRequest or a stream's EmbedOptions, which have the same fields.
template <class Message>
void SetWanted(const EmbedOptions& wanted, Message& message) {
  message.set_truncation(ToMessage(wanted.truncation));
  message.set_encoding(ToMessage(wanted.encoding));
  message.set_required_fingerprint(wanted.required_fingerprint);
  if (wanted.normalize) message.set_normalize(*wanted.normalize);
  if (wanted.dimensions) message.set_dimensions(*wanted.dimensions);
  if (wanted.prompt_name) message.set_prompt_name(*wanted.prompt_name);
}

}  // namespace quartet::client

#endif  // QUARTET_CLIENT_LIBRARY_WANTED_H_
