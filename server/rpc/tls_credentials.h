// TLS of a gRPC port, with certificates that may change while it listens.
#ifndef QUARTET_RPC_TLS_CREDENTIALS_H_
#define QUARTET_RPC_TLS_CREDENTIALS_H_

#include <grpcpp/security/server_credentials.h>

#include <functional>
#include <memory>

#include "security/tls_material.h"

namespace quartet {

enum class ClientCertificate { kNone, kRequest, kRequire };

struct TlsOptions {
  // Asked at each handshake, from gRPC's threads; never null. Another pointer means new material.
  std::function<std::shared_ptr<const TlsMaterial>()> current;
  // kRequest: one that is shown must be good. Both need a client_ca.
  ClientCertificate client = ClientCertificate::kNone;
};

// TLS 1.2 and 1.3. Must outlive the server that listens with it.
std::shared_ptr<grpc::ServerCredentials> MakeTlsCredentials(TlsOptions options);

}  // namespace quartet

#endif  // QUARTET_RPC_TLS_CREDENTIALS_H_
