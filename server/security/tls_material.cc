#include "security/tls_material.h"

#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>
#include <ctime>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace quartet {
namespace {

template <auto kFree>
struct Free {
  template <class Object>
  void operator()(Object* object) const {
    kFree(object);
  }
};
using Bio = std::unique_ptr<BIO, Free<BIO_free_all>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Context = std::unique_ptr<SSL_CTX, Free<SSL_CTX_free>>;

Bio Read(const std::string& text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// OpenSSL's own would ask the terminal.
int NoPassphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*data*/) { return -1; }

// Why OpenSSL said no, and its queue of errors empty again.
std::string TakeReason() {
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  ERR_clear_error();
  return reason == nullptr ? "no reason given" : reason;
}

absl::Status Bad(const char* what, const std::string& why) {
  return absl::InvalidArgumentError(absl::StrCat(what, " ", why));
}

absl::StatusOr<std::vector<Certificate>> ParseCertificates(const char* what,
                                                           const std::string& text) {
  std::vector<Certificate> certificates;
  const Bio bio = Read(text);
  while (X509* next = PEM_read_bio_X509(bio.get(), nullptr, &NoPassphrase, nullptr)) {
    certificates.emplace_back(next);
  }
  // The end of the text is an error as any other, but has a name.
  const bool is_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  const std::string reason = TakeReason();
  if (!is_end) return Bad(what, absl::StrCat("has a broken certificate: ", reason));
  if (certificates.empty()) return Bad(what, "has no certificate (PEM)");
  return certificates;
}

std::int64_t ExpiryOf(const X509& certificate) {
  std::tm time{};
  ASN1_TIME_to_tm(X509_get0_notAfter(&certificate), &time);
  return timegm(&time);
}

// As gRPC does it for each connection.
absl::Status TryToServe(const std::vector<Certificate>& certificates, const Key& key) {
  const Context context(SSL_CTX_new(TLS_server_method()));
  if (SSL_CTX_use_certificate(context.get(), certificates.front().get()) != 1) {
    return Bad("the certificate", absl::StrCat("can't be served: ", TakeReason()));
  }
  for (std::size_t i = 1; i < certificates.size(); ++i) {
    if (SSL_CTX_add1_chain_cert(context.get(), certificates[i].get()) != 1) {
      return Bad("the certificate",
                 absl::StrCat("has a chain that can't be served: ", TakeReason()));
    }
  }
  if (SSL_CTX_use_PrivateKey(context.get(), key.get()) != 1 ||
      SSL_CTX_check_private_key(context.get()) != 1) {
    return Bad("the key", absl::StrCat("is not the certificate's: ", TakeReason()));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<TlsMaterial> VetTlsMaterial(std::string certificates, std::string private_key,
                                           std::string client_ca, std::int64_t now_unix) {
  ERR_clear_error();
  const auto chain = ParseCertificates("the certificate file", certificates);
  if (!chain.ok()) return chain.status();
  std::int64_t expiry = ExpiryOf(*chain->front());
  for (const Certificate& link : *chain) expiry = std::min(expiry, ExpiryOf(*link));
  if (expiry <= now_unix) {
    return Bad("the certificate",
               absl::StrCat("has expired at ",
                            absl::FormatTime(absl::FromUnixSeconds(expiry), absl::UTCTimeZone())));
  }
  const Key key(PEM_read_bio_PrivateKey(Read(private_key).get(), nullptr, &NoPassphrase, nullptr));
  if (key == nullptr) {
    return Bad("the key file",
               absl::StrCat("has no key without a passphrase (PEM): ", TakeReason()));
  }
  if (absl::Status status = TryToServe(*chain, key); !status.ok()) return status;
  if (!client_ca.empty()) {
    if (const auto ca = ParseCertificates("the client CA file", client_ca); !ca.ok()) {
      return ca.status();
    }
  }
  return TlsMaterial{std::move(certificates), std::move(private_key), std::move(client_ca), expiry};
}

}  // namespace quartet
