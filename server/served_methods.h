// The methods of all ports, for metrics that are there at zero.
#ifndef QUARTET_SERVED_METHODS_H_
#define QUARTET_SERVED_METHODS_H_

#include <vector>

#include "config.h"
#include "http_port.h"
#include "rpc/embedding_service.h"
#include "rpc/health_service.h"
#include "rpc/tei_service.h"

namespace quartet {

inline std::vector<MethodName> ServedMethods(const Config& config) {
  std::vector<MethodName> methods = EmbeddingService::Methods();
  for (const MethodName& method : TeiService::Methods()) methods.push_back(method);
  for (const MethodName& method : HealthService::Methods()) methods.push_back(method);
  if (config.http_listen == "none") return methods;
  for (const MethodName& method : HttpPort::Methods()) methods.push_back(method);
  return methods;
}

}  // namespace quartet

#endif  // QUARTET_SERVED_METHODS_H_
